"""Operations of GKE: one at a time changes a cluster, and what it changes shows that."""
import secrets
import time
import uuid

from .refusals import BUSY, not_found, too_many, unfit

# At once, in a project and location.
LIMIT = 5


def now():
    fraction = time.time_ns() // 1000 % 1_000_000
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + f".{fraction:06}+00:00"


def etag():
    return secrets.token_hex(8)


class Cluster:
    """`shown`: as GKE answers; `sizes`: nodes of each pool; `pending`: the operation that is under way."""

    def __init__(self, path, shown):
        self.path, self.shown, self.sizes, self.pending, self.tag = path, shown, {}, None, secrets.token_hex(4)

    def pool(self, name):
        return next((pool for pool in self.shown["nodePools"] if pool["name"] == name), None)

    def settle(self, looked=False):
        if self.pending and (self.pending.wait.look() if looked else self.pending.wait.over):
            operation, self.pending = self.pending, None
            operation.finish()
        elif self.pending and looked:
            self.pending.shown["status"] = "RUNNING"


class Operation:
    def __init__(self, path, kind, target, wait, end):
        self.wait, self.end = wait, end
        self.shown = {
            "name": path.rpartition("/")[2], "operationType": kind, "status": "PENDING", "startTime": now(),
            "location": path.split("/")[3], "zone": path.split("/")[3],
            "selfLink": f"https://container.googleapis.com/v1/{path}",
            "targetLink": f"https://container.googleapis.com/v1/{target}"}

    def finish(self):
        self.shown |= {"status": "DONE", "endTime": now()}
        if failure := self.end():
            self.shown["error"] = {"code": failure.get("status", 13), "message": failure.get("message", "A simulated failure.")}


class Operations:
    def begin(self, call, cluster, kind, target, done, failed=None, status="RECONCILING"):
        """Starts what `done` completes. `failed` is called instead when it is to fail, with {code, message}; the cluster has
        `status` meanwhile, and is RUNNING after it unless these say otherwise. -> the operation"""
        path = f"{call.parent}/operations/operation-{time.time_ns() // 1_000_000}-{uuid.uuid4()}"
        failure = call.failure

        def end():
            if cluster.shown["status"] == status:
                cluster.shown["status"] = "RUNNING"
            (failed or (lambda _: None))(failure) if failure else done()
            cluster.shown["etag"] = etag()
            return failure

        cluster.shown["status"] = status
        operation = Operation(path, kind, target, self.settings.operation(), end)
        cluster.pending = self.operations[path] = operation
        return dict(operation.shown)

    def free(self, cluster):
        """Nothing is under way in it."""
        if cluster.pending:
            raise unfit(f"Cluster is running incompatible operation {cluster.pending.shown['name']}.", BUSY)

    def quota(self, parent):
        running = [one for path, one in self.operations.items()
                   if path.startswith(parent + "/") and one.shown["status"] != "DONE"]
        if len(running) >= LIMIT:
            raise too_many(LIMIT)

    def operations_get(self, call):
        operation = self.operations.get(call.path)
        if not operation:
            raise not_found(call.path)
        for cluster in list(self.clusters.values()):
            if cluster.pending is operation:
                cluster.settle(looked=True)
        return operation.shown

    def operations_list(self, call):
        return {"operations": [one.shown for path, one in self.operations.items() if path.startswith(call.parent + "/")]}
