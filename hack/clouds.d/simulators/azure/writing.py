"""PUT replaces all of a resource, PATCH its tags; DELETE. Each starts a long operation, but PATCH."""
import copy
import uuid

from ..messages import Refusal, Response, without_nulls
from .in_use import RULES, refuse_lost_delegations, refuse_lost_subnets
from .kinds import PROVIDER, REGIONS, TYPES, key, name_of
from .referring import check_references
from .rules import COMPLETE
from .store import etag

REQUIRED = {"securityRules": ("priority", "direction", "access", "protocol"), "routes": ("nextHopType",)}
KEPT = ("resourceGuid", "ipAddress")  # of the properties, through a PUT that does not name them
COMPUTED = {  # by Azure, and ignored where they are sent
    "natGateways": ("subnets",), "routeTables": ("subnets",), "publicIPAddresses": ("natGateway", "ipConfiguration"),
    "networkSecurityGroups": ("subnets", "networkInterfaces", "defaultSecurityRules", "flowLogs"),
    "subnets": ("ipConfigurations",)}


def canonical(location):
    name = location.replace(" ", "").lower()
    if name not in REGIONS:
        raise Refusal(400, "LocationNotAvailableForResourceType", f"The provided location '{location}' is not available for "
                      f"resource type; there are {', '.join(REGIONS)}.")
    return name


class Writing:
    def __init__(self, store, operations):
        self.store, self.operations = store, operations

    def match(self, request, found, identifier):
        """If-Match and If-None-Match."""
        wanted, unwanted = request.headers.get("if-match"), request.headers.get("if-none-match")
        has = found["etag"] if found else None
        if (wanted and (not found or wanted not in ("*", has))) or (unwanted == "*" and found):
            raise Refusal(412, "PreconditionFailed", f"Precondition failed. Etag provided in if-match header {wanted} does not match "
                          f"etag {has} of resource {identifier} in NRP data store.")

    def put(self, request, target):
        group = self.store.group(target)
        old = self.store.resources.get(key(target.resource_id))
        self.match(request, old, target.resource_id)
        self.operations.refuse_if_busy(target.resource_id)
        sent = without_nulls(request.json())
        location = canonical(sent["location"])
        self.keep_place(old, sent, location, target, group)
        new = {name: sent[name] for name in ("tags", "sku", "zones") if name in sent}
        properties = self.properties(sent, target.type)
        new |= {"id": old["id"] if old else target.resource_id, "name": target.name, "type": f"{PROVIDER}/{target.type}",
                "location": location, "properties": properties}
        properties.setdefault("resourceGuid", str(uuid.uuid4()))
        properties |= {name: old["properties"][name] for name in KEPT if old and name in old["properties"]}
        collection = TYPES[target.type]
        if collection:
            before = {key(child["id"]): child for child in self.store.children(old)} if old else {}
            properties[collection] = [self.child(child, f"{new['id']}/{collection}/{child.get('name', '')}", target, before)
                                      for child in sent.get("properties", {}).get(collection, [])]
        return self.store_it(request, old, new, new["id"])

    @staticmethod
    def properties(sent, kind):
        """Without what only Azure writes."""
        computed = ("provisioningState", "resourceGuid", *COMPUTED.get(kind, ()))
        return {name: copy.deepcopy(value) for name, value in (sent.get("properties") or {}).items()
                if name not in computed and value is not None}

    @staticmethod
    def keep_place(old, sent, location, target, group):
        if old and old["location"] != location:
            raise Refusal(409, "InvalidResourceLocation", f"The resource '{target.name}' already exists in location "
                          f"'{old['location']}' in resource group '{target.group}'. A resource with the same name cannot be created "
                          f"in location '{location}'. Please select a new resource name.")
        if old and sorted(old.get("zones") or []) != sorted(sent.get("zones") or []):
            raise Refusal(400, "ResourceAvailabilityZonesCannotBeModified", f"Resource {old['id']} has an existing availability zone "
                          f"constraint {old.get('zones')} and the request has {sent.get('zones')}, which do not match.")

    def child(self, sent, identifier, target, before):
        if not sent.get("name"):
            raise Refusal(400, "InvalidRequestFormat", f"Required property 'name' not found in JSON. Path '{identifier}'.")
        if missing := [name for name in REQUIRED.get(TYPES[target.type], ()) if (sent.get("properties") or {}).get(name) is None]:
            raise Refusal(400, "InvalidRequestFormat", f"Required property '{missing[0]}' not found in JSON. Path '{identifier}'.")
        was, properties = before.get(key(identifier)), self.properties(sent, TYPES[target.type])
        body = {"id": identifier, "name": name_of(identifier), "type": f"{PROVIDER}/{target.type}/{TYPES[target.type]}",
                "properties": properties | {"provisioningState": "Succeeded"}}
        body["etag"] = was["etag"] if was and self.same(was, body) else etag()
        return body

    @staticmethod
    def same(old, new):
        return {**old, "etag": None} == {**new, "etag": None}

    def put_child(self, request, target):
        parent = self.store.resources.get(key(target.resource_id))
        self.store.group(target)
        if not parent:
            raise Refusal(404, "ParentResourceNotFound", f"Failed to perform 'write' on resource(s) of type '{target.type}/"
                          f"{target.child_type}', because the parent resource '{target.resource_id}' could not be found.")
        old = self.store.child(parent, target.child_id)
        self.match(request, old, target.child_id)
        self.operations.refuse_if_busy(target.resource_id, target.child_type)
        new = copy.deepcopy(parent)
        identifier = old["id"] if old else f"{parent['id']}/{target.child_type}/{target.child_name}"
        made = self.child(without_nulls(request.json()) | {"name": target.child_name}, identifier, target, {})
        kept = [child for child in new["properties"][target.child_type] if key(child["id"]) != key(identifier)]
        new["properties"][target.child_type] = kept + [made]
        return self.store_it(request, parent, new, identifier, is_new=not old)

    def store_it(self, request, old, new, identifier, is_new=None):
        check_references(self.store, new)
        COMPLETE[new["type"].rpartition("/")[2]](self.store, new)
        if old and new["type"].endswith("/virtualNetworks"):
            refuse_lost_subnets(self.store, old, new)
            refuse_lost_delegations(self.store, old, new)
        new["etag"] = etag()
        self.store.resources[key(new["id"])] = new
        resource = self.store.find(identifier)

        def apply(status):
            resource["properties"]["provisioningState"] = status
            resource["etag"] = new["etag"] = etag()

        resource["properties"]["provisioningState"] = "Updating"
        operation = self.operations.start(new["id"], apply, request.failure)
        shown = self.store.shown(new) if resource is new else self.store.shown_child(new, identifier)
        is_new = not old if is_new is None else is_new
        return Response(201 if is_new else 200, shown, self.operations.headers(operation, request))

    def patch(self, request, target):
        resource = self.store.resource(target)
        self.match(request, resource, target.resource_id)
        self.operations.refuse_if_busy(target.resource_id)
        resource |= {"tags": request.json().get("tags") or {}, "etag": etag()}
        return Response(200, self.store.shown(resource))

    def delete(self, request, target):
        identifier = target.child_id if target.child_type else target.resource_id
        found = self.store.find(identifier)
        self.match(request, found, identifier) if found else None
        if not found:
            return Response(204)
        self.operations.refuse_if_busy(target.resource_id, target.child_type)
        if rule := RULES.get(target.child_type or target.type):
            rule(self.store, found)
        found["properties"]["provisioningState"] = "Deleting"

        def apply(status):
            if status == "Succeeded":
                self.store.remove(identifier)
            else:
                found["properties"]["provisioningState"] = status

        operation = self.operations.start(target.resource_id, apply, request.failure, is_deletion=True)
        return Response(202, b"", self.operations.headers(operation, request))
