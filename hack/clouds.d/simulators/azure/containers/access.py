"""User-assigned identities and role assignments, which are resources of whatever they are for."""
import re
import uuid

from ...messages import Refusal, Response
from ..identity import TENANT
from ..kinds import key
from ..writing import canonical

NETWORK_CONTRIBUTOR = "4d97b98b-1dfd-4911-8e56-0cbedbe68bf7"
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
FILTER = re.compile(r"(atScope\(\))?(?: and )?(?:principalId eq '([^']+)')?", re.IGNORECASE)
KIND = "Microsoft.ManagedIdentity/userAssignedIdentities"


class Identities:
    def __init__(self, store, assignments):
        self.store, self.assignments = store, assignments

    def get(self, request, group, name):
        if name:
            return Response(200, self.found(group, name))
        start = key(group) + "/"
        return Response(200, {"value": [item for identifier, item in self.store.resources.items()
                                        if identifier.startswith(start) and item["type"] == KIND]})

    def found(self, group, name):
        found = self.store.resources.get(key(f"{group}/providers/{KIND}/{name}"))
        if not found:
            raise Refusal(404, "ResourceNotFound", f"The Resource '{KIND}/{name}' was not found.")
        return found

    def put(self, request, group, name):
        identifier, sent = f"{group}/providers/{KIND}/{name}", request.json()
        old = self.store.resources.get(key(identifier))
        location = canonical(sent["location"])
        if old and old["location"] != location:
            raise Refusal(409, "InvalidResourceLocation", f"The resource '{name}' already exists in location '{old['location']}'.")
        properties = old["properties"] if old else {"tenantId": TENANT, "principalId": str(uuid.uuid4()), "clientId": str(uuid.uuid4())}
        self.store.resources[key(identifier)] = {
            "id": old["id"] if old else identifier, "name": name, "type": KIND, "location": location, "tags": sent.get("tags") or {},
            "properties": properties}
        if not old:
            self.assignments.unknown[properties["principalId"]] = 1
        return Response(200 if old else 201, self.store.resources[key(identifier)])

    def patch(self, request, group, name):
        found = self.found(group, name)
        found["tags"] = request.json().get("tags") or {}
        return Response(200, found)

    def delete(self, request, group, name):
        return Response(200 if self.store.resources.pop(key(f"{group}/providers/{KIND}/{name}"), None) else 204)


class Assignments:
    def __init__(self, store):
        self.store, self.all = store, {}
        self.unknown = {}  # new principals, which another part of Entra does not know at the first request

    def allows(self, scope, role, principal):
        """Whether it is assigned on the scope, or above."""
        return any(key(scope).startswith(key(found["properties"]["scope"]))
                   and found["properties"]["roleDefinitionId"].endswith(role) and found["properties"]["principalId"] == principal
                   for found in self.all.values())

    def remove_below(self, scope):
        for name in [name for name, found in self.all.items() if key(found["properties"]["scope"]).startswith(key(scope))]:
            del self.all[name]

    def check_scope(self, scope):
        words = scope.strip("/").split("/")
        top = "/" + "/".join(words[:8])
        if len(words) >= 8 and not self.store.find(top):
            raise Refusal(404, "ResourceNotFound", f"The Resource '{top}' was not found.")

    def get(self, request, scope, name):
        if name:
            found = self.all.get(name.lower())
            if not found or key(found["properties"]["scope"]) != key(scope):
                raise Refusal(404, "RoleAssignmentNotFound", f"The role assignment '{name}' is not found.")
            return Response(200, found)
        self.check_scope(scope)
        wanted = FILTER.fullmatch(request.parameters.get("$filter", ""))
        if not wanted:
            raise Refusal(400, "InvalidFilter", f"The filter {request.parameters['$filter']!r} is not supported.")
        at_scope, principal = wanted.groups()

        def is_shown(found):
            own = found["properties"]
            above, below = key(scope).startswith(key(own["scope"])), key(own["scope"]).startswith(key(scope))
            return (above or (below and not at_scope)) and principal in (None, own["principalId"])

        return Response(200, {"value": [found for found in self.all.values() if is_shown(found)]})

    def put(self, request, scope, name):
        self.check_scope(scope)
        sent, old = request.json()["properties"], self.all.get(name.lower())
        if not GUID.fullmatch(name):
            raise Refusal(400, "InvalidRoleAssignmentId", f"The role assignment ID '{name}' is not valid. The role assignment ID must "
                          "be a GUID.")
        role, principal = sent["roleDefinitionId"], sent["principalId"]
        if not re.fullmatch(r"/subscriptions/[^/]+/providers/Microsoft\.Authorization/roleDefinitions/" + GUID.pattern, role, re.I):
            raise Refusal(400, "BadRequestFormat", f"The role definition ID '{role}' is not valid.")
        if not GUID.fullmatch(principal):
            raise Refusal(400, "InvalidPrincipalId", f"A valid principal ID must be provided for role assignment, and '{principal}' is none.")
        if not sent.get("principalType") and self.unknown.get(principal):
            raise Refusal(400, "PrincipalNotFound", f"Principal {principal.replace('-', '')} does not exist in the directory. Check that you "
                          "have the correct principal ID. If you are creating this principal and then immediately assigning a role, "
                          "this error might be related to a replication delay.")
        same = ("scope", "roleDefinitionId", "principalId")
        new = {"scope": scope, "condition": None, **sent}
        if old:
            if any(str(old["properties"][field]).lower() != str(new[field]).lower() for field in same):
                raise Refusal(400, "RoleAssignmentUpdateNotPermitted", "Tenant ID, application ID, principal ID, and scope are not allowed "
                              "to be updated.")
        elif any(all(str(found["properties"][field]).lower() == str(new[field]).lower() for field in same) for found in self.all.values()):
            raise Refusal(409, "RoleAssignmentExists", "The role assignment already exists.")
        self.all[name.lower()] = {"id": f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}", "name": name,
                                  "type": "Microsoft.Authorization/roleAssignments", "properties": new}
        return Response(200 if old else 201, self.all[name.lower()])

    def delete(self, request, scope, name):
        found = self.all.pop(name.lower(), None)
        return Response(200, found) if found else Response(204)
