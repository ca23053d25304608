"""Reads: one resource, a list in pages."""
import re
from urllib.parse import urlencode

from ..messages import Refusal, Response
from .kinds import PROVIDER, REGIONS

PAGE = 1000
TAG_FILTER = re.compile(r"tagName eq '([^']*)'(?: and tagValue eq '([^']*)')?")


class Reading:
    def __init__(self, store, groups, settings):
        self.store, self.groups, self.settings = store, groups, settings

    def answer(self, request, target):
        store = self.store
        if target.child_name:
            return Response(200, store.shown_child(store.resource(target), target.child_id))
        if target.child_type:
            return self.listed(request, store.children(store.shown(store.resource(target))))
        if target.name:
            return Response(200, store.shown(store.resource(target)))
        if target.type == "resources":
            return self.listed(request, self.groups.resources(target))
        if target.type:
            inside = self.groups.inside(target) if target.group else store.resources
            store.group(target) if target.group else None
            wanted = f"{PROVIDER}/{target.type}"
            return self.listed(request, [store.shown(item) for item in inside.values() if item["type"] == wanted])
        if target.group:
            return Response(204 if request.method == "HEAD" else 200, store.group(target))
        start = f"/subscriptions/{target.subscription.lower()}/"
        return self.listed(request, [group for name, group in store.groups.items() if name.startswith(start)])

    def locations(self, request):
        return self.listed(request, [
            {"id": f"{request.path}/{name}", "name": name, "type": "Region", "availabilityZoneMappings": [
                {"logicalZone": zone, "physicalZone": f"{name}-az{zone}"} for zone in zones]}
            for name, zones in REGIONS.items()])

    def listed(self, request, items):
        query = request.parameters
        if wanted := TAG_FILTER.fullmatch(query.get("$filter", "")):
            name, value = wanted.groups()
            items = [item for item in items if name in (item.get("tags") or {}) and value in (None, item["tags"][name])]
        elif query.get("$filter"):
            raise Refusal(400, "InvalidFilterInQueryString", f"Invalid $filter '{query['$filter']}' specified in the query string.")
        for name in ("$skiptoken", "$top"):
            if not query.get(name, "0").isdigit():
                raise Refusal(400, "InvalidQueryParameter", f"The value '{query[name]}' of {name} is invalid.")
        start, top = int(query.get("$skiptoken", 0)), int(query.get("$top", 0))
        size = min(filter(None, (top, self.settings.pageSize)), default=PAGE)
        body = {"value": items[start:start + size]}
        if start + size < len(items):
            following = urlencode(query | {"$skiptoken": start + size})
            body["nextLink"] = f"http://{request.headers['host']}{request.path}?{following}"
        return Response(200, body)
