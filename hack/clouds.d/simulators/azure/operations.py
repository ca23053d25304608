"""Long operations: where they are looked at, and what their end changes."""
import math
import uuid

from ..messages import Refusal, Response
from .kinds import key

CONCURRENT = ("RetryableErrorDueToAnotherOperation", "Operation on %s cannot proceed: another operation is in progress. "
              "Please retry later.")
BUSY = ("AnotherOperationInProgress", "Another operation on this or dependent resource is in progress: %s.")


class Operation:
    def __init__(self, resource, wait, apply, failure, is_deletion):
        self.name, self.resource, self.wait, self.apply = str(uuid.uuid4()), resource, wait, apply
        self.failure, self.is_deletion, self.status = failure, is_deletion, "InProgress"

    def finish(self):
        self.status = "Failed" if self.failure else "Succeeded"
        self.apply(self.status)


class Operations:
    def __init__(self, store, settings):
        self.store, self.settings, self.known = store, settings, {}

    def refuse_if_busy(self, identifier, child_type=""):
        if key(identifier) not in self.store.busy:
            return
        if child_type == "subnets":
            raise Refusal(429, CONCURRENT[0], CONCURRENT[1] % identifier, retry_after=max(1, self.seconds()))
        raise Refusal(409, BUSY[0], BUSY[1] % identifier)

    def start(self, resource, apply, failure, is_deletion=False):
        """`resource`: id of what is busy meanwhile; `apply`: called with Succeeded or Failed at the end."""
        operation = Operation(resource, self.settings.operation(), apply, failure, is_deletion)
        self.known[operation.name] = self.store.busy[key(resource)] = operation
        return operation

    def seconds(self):
        return math.ceil(self.settings.operationSeconds)

    def headers(self, operation, request, with_status=True):
        words = operation.resource.split("/")
        version = request.parameters["api-version"]
        named = operation.resource.lower()
        provider = next((name for name in ("Microsoft.ContainerService", "Microsoft.ContainerInstance") if name.lower() in named),
                        "Microsoft.Network")
        base = f"http://{request.headers['host']}/subscriptions/{words[2]}/providers/{provider}/locations/westeurope"
        tail = f"{operation.name}?api-version={version}&t=638&c=opaque"
        headers = {"Location": f"{base}/operationResults/{tail}"} if operation.is_deletion else {}
        if with_status:
            headers["Azure-AsyncOperation"] = f"{base}/operations/{tail}"
        return headers | self.pause()

    def pause(self):
        return {"Retry-After": str(self.seconds())} if self.seconds() else {}

    def settle(self):
        for resource, operation in list(self.store.busy.items()):
            if operation.wait.over:
                del self.store.busy[resource]
                operation.finish()

    def look(self):
        """Every read is a look at all that is under way."""
        for operation in self.store.busy.values():
            operation.wait.look()
        self.settle()

    def answer(self, request):
        """At the places where operations are looked at."""
        words = request.path.split("/")
        operation = self.known.get(words[-1])
        if not operation:
            raise Refusal(404, "NotFound", f"The operation {words[-1]} was not found.")
        is_over = operation.status != "InProgress"
        if words[-2].lower() == "operations":
            body = {"name": operation.name, "status": operation.status}
            if operation.failure and is_over:
                body["error"] = {"code": operation.failure["code"], "message": operation.failure.get("message", ""), "details": []}
            return Response(200, body, {} if is_over else self.pause())
        if not is_over:
            return Response(202, b"", {"Location": f"http://{request.headers['host']}{request.path}?{request.query}"} | self.pause())
        if operation.failure:
            raise Refusal(operation.failure.get("status", 400), operation.failure["code"], operation.failure.get("message", ""))
        return Response(204)
