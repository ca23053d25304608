"""Azure: what a request goes through."""
import re
from collections import Counter

from ..messages import Finding, Refusal, Response
from . import description
from .check import Check
from .container_groups import ContainerGroups, hidden
from .containers import console
from .containers.service import Containers
from .groups import Groups
from .identity import CLIENT, SUBSCRIPTION, TENANT, Identity
from .kinds import key, parse
from .operations import Operations
from .reading import Reading
from .store import Store
from .writing import Writing

CODES = {401: "AuthenticationFailed", 403: "AuthorizationFailed", 404: "ResourceNotFound", 409: "Conflict",
         412: "PreconditionFailed", 429: "SubscriptionRequestsThrottled", 500: "InternalServerError", 503: "ServerTimeout"}
POLL = re.compile(r"/subscriptions/[^/]+/providers/Microsoft\.(?:Network|ContainerService|ContainerInstance)/locations/[^/]+/(operations|operationResults)/[^/]+", re.I)
# azure-mgmt-resource, of which only this operation is needed.
LOCATIONS = re.compile(r"/subscriptions/[^/]+/locations", re.I)


class Azure:
    name = "azure"

    def __init__(self, settings):
        self.settings, self.identity = settings, Identity(settings)
        description.routes()  # five seconds, the first time
        self.reset()

    def reset(self):
        self.identity.reset()
        self.store = Store()
        self.operations = Operations(self.store, self.settings)
        self.groups, self.writing = Groups(self.store, self.operations), Writing(self.store, self.operations)
        self.containers = Containers(self.store, self.operations)
        self.container_groups = ContainerGroups(self.store, self.operations)
        self.reading = Reading(self.store, self.groups, self.settings)

    def code_for(self, status):
        return CODES.get(status, "InternalServerError" if status >= 500 else "BadRequest")

    def refuse(self, request, refusal):
        if refusal.details.get("is_oauth"):
            return Response(refusal.status, {"error": refusal.code, "error_description": refusal.message,
                                             "error_codes": [refusal.details["number"]]})
        headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'} if refusal.status == 401 else {}
        if "retry_after" in refusal.details:
            headers["Retry-After"] = str(refusal.details["retry_after"])
        elif refusal.status == 429:
            headers["Retry-After"] = "1"
        return Response(refusal.status, {"error": {"code": refusal.code, "message": refusal.message, "details": []}}, headers)

    def check(self, request):
        """-> (operation, findings)"""
        if self.identity.owns(request.path):
            return f"tokens:{request.method} {request.path}", []
        name, found = "Microsoft.Network/locations/operations/read", None
        if request.method == "GET" and LOCATIONS.fullmatch(request.path):
            name = "Microsoft.Resources/subscriptions/locations/read"
        elif not (request.method == "GET" and POLL.fullmatch(request.path)):
            found = description.operation_for(request.method, request.path)
            if not found[0]:
                return f"{request.method} {request.path}", [Finding(
                    "path", f"The resource type or action is not known for {request.method}; there are {found[1] or 'none'}",
                    "InvalidResourceType", 404)]
            name = description.permission(request.method, found[0])
        try:
            self.identity.verify(request)
        except Refusal as refusal:
            return name, [Finding("Authorization", refusal.message, refusal.code, refusal.status)]
        return name, Check(*found[:3]).run(request) if found else []

    def answer(self, request, operation):
        if self.identity.owns(request.path):
            return self.identity.answer(request)
        self.operations.look() if request.method == "GET" else self.operations.settle()
        if POLL.fullmatch(request.path):
            return self.operations.answer(request)
        if LOCATIONS.fullmatch(request.path):
            return self.reading.locations(request)
        for service in (self.containers, self.container_groups):
            if (response := service.answer(request)) is not None:
                return response
        target = parse(request.plain_path)
        if not target:
            raise Refusal(501, "NotSimulated", f"The simulator does not know {operation}.")
        if request.method in ("GET", "HEAD"):
            return self.reading.answer(request, target)
        if not target.type:
            action = getattr(self.groups, request.method.lower(), None)
        elif target.child_type:
            action = {"PUT": self.writing.put_child, "DELETE": self.writing.delete}.get(request.method)
        else:
            action = getattr(self.writing, request.method.lower(), None)
        if not action:
            raise Refusal(501, "NotSimulated", f"The simulator does not know {operation}.")
        return action(request, target)

    def counts(self):
        total = Counter(resource["type"].rpartition("/")[2] for resource in self.store.resources.values())
        total["resourceGroups"], total["subnets"] = len(self.store.groups), len(self.store.subnets())
        total["agentPools"] = sum(len(cluster["properties"]["agentPoolProfiles"]) for cluster in self.store.all_of("managedClusters"))
        total["roleAssignments"] = len(self.containers.assignments.all)
        total["diagnosticSettings"] = len(self.containers.diagnostics.all)
        return {name: count for name, count in total.items() if count}

    def objects(self):
        def plain(value):
            if isinstance(value, list):
                return [plain(inner) for inner in value]
            if not isinstance(value, dict):
                return value
            return {name: plain(inner) for name, inner in value.items() if name.lower() != "etag"}

        shown = [*self.store.groups.values(), *map(self.store.shown, self.store.resources.values()),
                 *self.containers.assignments.all.values(), *self.containers.diagnostics.all.values()]
        return {resource["id"]: hidden(plain(resource)) for resource in shown}

    def foreign(self, wanted):
        """{"subnet": ID, "name": …?, "publicIPAddress": ID?}: a network interface in it."""
        subnet = self.store.find(wanted["subnet"])
        network = self.store.resources[key(wanted["subnet"]).partition("/subnets/")[0]]
        base, name = subnet["id"].partition("/virtualNetworks/")[0], wanted.get("name", "somebody-elses")
        identifier = f"{base}/networkInterfaces/{name}"
        properties = {"subnet": {"id": subnet["id"]}}
        if "publicIPAddress" in wanted:
            properties["publicIPAddress"] = {"id": wanted["publicIPAddress"]}
        self.store.resources[key(identifier)] = {
            "id": identifier, "name": name, "type": "Microsoft.Network/networkInterfaces", "location": network["location"],
            "etag": subnet["etag"], "properties": {"provisioningState": "Succeeded", "ipConfigurations": [
                {"id": f"{identifier}/ipConfigurations/primary", "name": "primary", "properties": properties}]}}
        return {"id": identifier, "kind": "networkInterface"}

    def post_cluster(self, request):
        """Changes a cluster behind its owner's back: see containers/console.py."""
        return Response(200, console.change(self.containers, request.json()))

    def post_machines(self, request):
        """Stops or deletes a container group behind its owner's back: see container_groups.py."""
        return Response(200, {"name": self.container_groups.change(request.json())})

    def remove_foreign(self, identifier):
        self.store.remove(identifier)

    def credentials(self):
        return {"tenantId": TENANT, "clientId": CLIENT, "clientSecret": self.identity.secret, "subscriptionId": SUBSCRIPTION}
