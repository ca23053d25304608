"""Queries: filters, pages, and how objects are shown."""
import base64
import re

from .clock import seconds
from .store import Unparsable

LARGEST_PAGE = 100
RESOURCES = ("NetworkResource", "KubernetesResource", "WebAppResource")


def text_matches(wanted, value):
    tests = {"eq": lambda x: value == x, "ne": lambda x: value != x, "in": lambda x: value in x,
             "startsWith": lambda x: value.startswith(x), "endsWith": lambda x: value.endswith(x),
             "contains": lambda x: x in value, "regexp": lambda x: re.search(x, value) is not None}
    return all(tests[name](x) for name, x in (wanted or {}).items() if x is not None)


class Reading:
    def __init__(self, store, switches, default_policy):
        self.store, self.switches, self.default_policy = store, switches, default_policy

    def root(self):
        one = lambda *kinds: lambda info, id=None, name=None: self.one(kinds, id, name)
        many = lambda *kinds: lambda info, filter=None, **page: self.page(
            [item for item in self.store.of(*kinds) if self.passes(item, filter or {})], page)
        return {
            "remoteNetwork": one("RemoteNetwork"), "remoteNetworks": many("RemoteNetwork"),
            "connector": one("Connector"), "connectors": many("Connector"),
            "resource": one(*RESOURCES), "resources": many(*RESOURCES),
            "group": one("Group"), "groups": many("Group"), "user": one("User"), "users": many("User"),
            "securityPolicy": one("SecurityPolicy"), "securityPolicies": many("SecurityPolicy"),
            "serviceAccount": one("ServiceAccount"), "serviceAccounts": many("ServiceAccount"),
            "serviceAccountKey": one("ServiceAccountKey"),
        }

    def one(self, kinds, identifier, name):
        if identifier is not None:
            return self.show(self.store.find(identifier, *kinds))
        return self.show(next((item for item in self.store.of(*kinds) if item["name"] == name), None))

    def passes(self, item, wanted):
        for field, condition in wanted.items():
            if condition is None:
                continue
            if field in ("name", "email", "firstName", "lastName"):
                if not text_matches(condition, item.get(field) or ""):
                    return False
            elif field == "tags":
                pairs = [(tag["key"], (tag.get("value") or {}).get("eq")) for tag in condition.get("and") or []]
                own = {tag["key"]: tag["value"] for tag in item["tags"]}
                if not all(key in own and value in (None, own[key]) for key, value in pairs):
                    return False
            elif field == "remoteNetworkId":
                wanted_ids = [condition["eq"]] if condition.get("eq") else condition.get("in") or []
                if item["remoteNetwork"] not in wanted_ids:
                    return False
            elif field == "isActive":
                if item[field] != condition["eq"]:
                    return False
            elif field in ("type", "role"):
                if condition.get("in") is not None and item[field] not in condition["in"]:
                    return False
        return True

    def page(self, items, page, edge=lambda item: {}):
        start, first = 0, page.get("first")
        if page.get("after"):
            try:
                start = int(base64.b64decode(page["after"]).decode().removeprefix("cursor:")) + 1
            except ValueError:
                raise Unparsable("Invalid cursor") from None
        largest = self.switches.pageSize or LARGEST_PAGE
        end = start + min(first if first is not None else largest, largest)
        cursor = lambda index: base64.b64encode(f"cursor:{index}".encode()).decode()
        edges = [{"node": self.show(item), "cursor": cursor(start + index), **edge(item)}
                 for index, item in enumerate(items[start:end])]
        return {"totalCount": len(items), "edges": edges, "pageInfo": {
            "hasNextPage": end < len(items), "hasPreviousPage": start > 0,
            "startCursor": edges[0]["cursor"] if edges else None, "endCursor": edges[-1]["cursor"] if edges else None}}

    def policy(self, identifier):
        if identifier in (None, self.default_policy["id"]):
            return self.show(self.default_policy) if self.switches.defaultPolicy == "id" else None
        return self.show(self.store.objects.get(identifier))

    def show(self, item):
        """As a resolver's source: what is nested is only looked up when it is asked for."""
        if item is None:
            return None
        store, shown = self.store, dict(item)
        nested = lambda select: lambda info, **page: self.page(select(), page)
        get = lambda identifier: self.show(store.objects[identifier])
        kind = item["__typename"]
        if kind in RESOURCES:
            shown["address"] = {"type": item["addressType"], "value": item["address"]}
            shown["remoteNetwork"] = lambda info: get(item["remoteNetwork"])
            shown["securityPolicy"] = lambda info: self.policy(item["securityPolicy"])
            shown["access"] = lambda info, **page: self.page(
                [store.objects[principal] for principal in item["access"]], page, lambda node: self.edge(item, node))
        elif kind == "RemoteNetwork":
            shown["connectors"] = nested(lambda: [x for x in store.of("Connector") if x["remoteNetwork"] == item["id"]])
            shown["resources"] = nested(lambda: [x for x in store.of(*RESOURCES) if x["remoteNetwork"] == item["id"]])
        elif kind == "Connector":
            shown["remoteNetwork"] = lambda info: get(item["remoteNetwork"])
            shown["state"] = self.state(item)
        elif kind == "Group":
            shown["users"] = nested(lambda: [store.objects[user] for user in item["users"]])
            shown["resources"] = nested(lambda: [x for x in store.of(*RESOURCES) if item["id"] in x["access"]])
            shown["securityPolicy"] = lambda info: self.policy(item["securityPolicy"])
        elif kind == "User":
            shown["groups"] = nested(lambda: [x for x in store.of("Group") if item["id"] in x["users"]])
        elif kind == "ServiceAccount":
            shown["keys"] = nested(lambda: [x for x in store.of("ServiceAccountKey") if x["serviceAccount"] == item["id"]])
            shown["resources"] = nested(lambda: [x for x in store.of(*RESOURCES) if item["id"] in x["access"]])
        elif kind == "ServiceAccountKey":
            shown["serviceAccount"] = lambda info: get(item["serviceAccount"])
        return shown

    def edge(self, resource, node):
        edge = resource["access"][node["id"]]
        return edge | {"securityPolicy": lambda info: self.show(self.store.objects.get(edge["securityPolicy"]))}

    def state(self, connector):
        if not connector["lastHeartbeatAt"]:
            return "DEAD_NO_HEARTBEAT"
        age = self.store.clock.now - seconds(connector["lastHeartbeatAt"])
        return "ALIVE" if age <= self.switches.heartbeatSeconds else "DEAD_HEARTBEAT_TOO_OLD"
