"""Resource groups: what they hold goes with them."""
from ..messages import Refusal, Response
from .kinds import key
from .writing import canonical


class Groups:
    def __init__(self, store, operations):
        self.store, self.operations = store, operations

    def inside(self, target):
        start = key(target.group_id) + "/"
        return {name: resource for name, resource in self.store.resources.items() if name.startswith(start)}

    def put(self, request, target):
        sent, old = request.json(), self.store.groups.get(key(target.group_id))
        location = canonical(sent["location"])
        if old and old["location"] != location:
            raise Refusal(409, "InvalidResourceGroupLocation", f"Invalid resource group location '{location}'. The Resource group "
                          f"already exists in location '{old['location']}'.")
        self.operations.refuse_if_busy(target.group_id)
        group = {"id": old["id"] if old else target.group_id, "name": target.group, "type": "Microsoft.Resources/resourceGroups",
                 "location": location, "tags": sent.get("tags") or {}, "properties": {"provisioningState": "Succeeded"}}
        self.store.groups[key(target.group_id)] = group
        return Response(200 if old else 201, group)

    def patch(self, request, target):
        group, sent = self.store.group(target), request.json()
        if "tags" in sent:
            group["tags"] = sent["tags"] or {}
        return Response(200, group)

    def delete(self, request, target):
        group = self.store.groups.get(key(target.group_id))
        if not group:
            raise Refusal(404, "ResourceGroupNotFound", f"Resource group '{target.group}' could not be found.")
        self.operations.refuse_if_busy(target.group_id)
        group["properties"]["provisioningState"] = "Deleting"

        def apply(status):
            if status == "Succeeded":
                for name in self.inside(target):
                    del self.store.resources[name]
                del self.store.groups[key(target.group_id)]
            else:
                group["properties"]["provisioningState"] = "Succeeded"

        operation = self.operations.start(target.group_id, apply, request.failure, is_deletion=True)
        return Response(202, b"", self.operations.headers(operation, request, with_status=False))

    def resources(self, target):
        self.store.group(target)
        names = ("id", "name", "type", "location", "tags", "sku", "zones")
        return [{name: resource[name] for name in names if name in resource} for resource in self.inside(target).values()]
