"""Long operations: PENDING, RUNNING, DONE, and then what was asked for is there, or why it is not."""
import uuid

from ..messages import Refusal
from .store import identity, link, now


class Operation:
    def __init__(self, path, kind, body, wait, apply):
        """`path`: of the object; `apply`: does it, at the end, and may raise Refusal."""
        words = path.split("/")
        scope = words[:3] if words[2] == "global" else words[:4]
        name = f"operation-{uuid.uuid4()}"
        self.target, self.kind, self.wait, self.apply = path, kind, wait, apply
        self.path = "/".join([*scope, "operations", name])
        self.body = identity("compute#operation", self.path) | {
            "operationType": kind, "targetLink": link(path), "targetId": body["id"], "status": "PENDING", "progress": 0,
            "user": "simulator", "insertTime": now()}
        del self.body["creationTimestamp"]

    @property
    def is_done(self):
        return self.body["status"] == "DONE"

    def look(self):
        self.wait.look()
        if not self.is_done:
            self.body |= {"status": "RUNNING", "progress": 30, "startTime": self.body.get("startTime", now())}

    def finish(self):
        self.body |= {"status": "DONE", "progress": 100, "endTime": now()}
        self.body.setdefault("startTime", now())
        try:
            self.apply()
        except Refusal as refusal:
            code, message = refusal.code, refusal.message
            self.body |= {"httpErrorStatusCode": refusal.status, "httpErrorMessage": "BAD REQUEST",
                          "error": {"errors": [{"code": code, "message": message}]}}


class Operations:
    def __init__(self, store, settings):
        self.store, self.settings, self.known, self.replays = store, settings, {}, {}

    def start(self, path, kind, body, apply, failure):
        """-> the body of a new operation. `failure`: {code, message} that it is to end in."""
        def fail():
            raise Refusal(failure.get("status", 400), failure["code"], failure.get("message", "A simulated failure."))

        operation = Operation(path, kind, body, self.settings.operation(), fail if failure else apply)
        self.known[operation.path] = self.store.busy[path] = operation
        return operation

    def settle(self):
        """Ends what is over."""
        for path, operation in list(self.store.busy.items()):
            if operation.wait.over:
                del self.store.busy[path]
                operation.finish()

    def look(self):
        """Every read is a look at all that is under way."""
        for operation in self.store.busy.values():
            operation.look()
        self.settle()

    def of_scope(self, prefix):
        return [operation.body for path, operation in self.known.items() if path.startswith(prefix + "/operations/")]
