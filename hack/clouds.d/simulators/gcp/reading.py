"""Reads: one object, a list in pages, the lists of all regions in one."""
from . import filters
from .store import ZONES, identity, link, refused

LARGEST_PAGE = 500
ZONAL = ("instances", "disks", "networkEndpointGroups")


class Reading:
    def __init__(self, store, settings):
        self.store, self.settings = store, settings

    def page(self, items, query):
        """-> (items of this page, token of the next or None)"""
        wanted = filters.parse(query.get("filter", ""))
        items = [self.store.shown(item) for item in self.with_subnetworks(item for item in items if wanted(item))]
        size = int(query.get("maxResults", LARGEST_PAGE))
        if not 0 < size <= LARGEST_PAGE:
            raise refused("invalid", f"Invalid value for field 'maxResults': '{size}'. Must be between 1 and {LARGEST_PAGE}")
        size = min(size, self.settings.pageSize or size)
        token = query.get("pageToken", "")
        start = int(token.removeprefix("next:")) if token.removeprefix("next:").isdigit() else 0 if not token else None
        if start is None:
            raise refused("invalid", f"Invalid value for field 'pageToken': '{token}'.")
        return items[start:start + size], f"next:{start + size}" if start + size < len(items) else None

    def list(self, kind, scope, collection, items, query):
        items, token = self.page(items, query)
        answer = {"kind": f"{kind}List", "id": f"{scope}/{collection}", "selfLink": link(f"{scope}/{collection}")}
        answer |= {"items": items} if items else {}  # an empty list is left out
        return answer | ({"nextPageToken": token} if token else {})

    def aggregated(self, project, collection, kind, query):
        found = [body for _, body in self.store.all_of(project, collection)]
        items, token = self.page(found, query)
        scopes = {}
        places = [f"zones/{zone}" for zones in ZONES.values() for zone in zones] if collection in ZONAL else [
            f"regions/{region}" for region in ZONES] + ["global"]
        for place in places:
            inside = [item for item in items if f"/{place}/" in item["selfLink"]]
            nothing = {"code": "NO_RESULTS_ON_PAGE", "message": f"There are no results for scope '{place}' on this page."}
            scopes[place] = {collection: inside} if inside else {"warning": nothing}
        answer = {"kind": f"{kind}AggregatedList", "id": f"projects/{project}/aggregated/{collection}", "items": scopes}
        return answer | ({"nextPageToken": token} if token else {})

    def with_subnetworks(self, bodies):
        """Networks list their subnetworks: copies, for what a network says of them is no use of them."""
        bodies = [dict(body) for body in bodies]
        for body in bodies:
            if body.get("kind") == "compute#network":
                project = body["selfLink"].split("/projects/")[1].split("/")[0]
                inside = [subnet["selfLink"] for _, subnet in self.store.all_of(project, "subnetworks")
                          if subnet["network"] == body["selfLink"]]
                body.pop("subnetworks", None)
                body |= {"subnetworks": inside} if inside else {}
        return bodies

    @staticmethod
    def regions(project):
        for region, zones in ZONES.items():
            path = f"projects/{project}/regions/{region}"
            yield identity("compute#region", path) | {
                "status": "UP", "zones": [link(f"projects/{project}/zones/{zone}") for zone in zones]}

    @staticmethod
    def zones(project):
        for region, zones in ZONES.items():
            for zone in zones:
                yield identity("compute#zone", f"projects/{project}/zones/{zone}") | {
                    "status": "UP", "region": link(f"projects/{project}/regions/{region}")}
