"""The fleet (gkehub v1): memberships of clusters, and the role bindings that Google makes inside them."""
import re
import uuid

from ..messages import Refusal, without_nulls
from .gke.operations import now

ID = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
HOST = "//gkehub.googleapis.com/"


def wrong(message):
    return Refusal(400, "INVALID_ARGUMENT", message)


def not_found(path):
    return Refusal(404, "NOT_FOUND", f"Resource '{path}' was not found")


class Fleet:
    def __init__(self, settings):
        self.settings = settings
        self.memberships, self.bindings, self.operations = {}, {}, {}  # by path
        self.busy = {}  # path of a binding -> (wait, what is done at its end, its operation)

    # For GKE, which registers clusters of a fleet

    def register(self, project, location, name):
        path = f"projects/{project}/locations/{location}/memberships/{name}"
        self.memberships.setdefault(path, {"name": path, "uniqueId": str(uuid.uuid4()), "createTime": now(), "state": {"code": "READY"}})
        return HOST + path

    def unregister(self, membership):
        path = membership.removeprefix(HOST)
        self.memberships.pop(path, None)
        self.bindings = {name: body for name, body in self.bindings.items() if not name.startswith(path + "/")}

    # Requests

    def answer(self, operation, request):
        self.settle(looked=request.method == "GET")
        path = request.plain_path.removeprefix("/v1/")
        collection, verb = operation.split(".")[-2:]
        handler = getattr(self, f"{collection}_{verb}", None)
        if not handler:
            raise Refusal(501, "UNIMPLEMENTED", f"The simulator does not know {operation}")
        return handler(path, request)

    def settle(self, looked):
        for path, (wait, done, operation) in list(self.busy.items()):
            if wait.look() if looked else wait.over:
                del self.busy[path]
                failure = done()
                operation["done"] = True
                operation |= {"error": {"code": 13, "message": failure["message"]}} if failure else {"response": {}}

    def begin(self, path, done, failure):
        if path in self.busy:
            raise Refusal(409, "ABORTED", f"unable to queue the operation: {path} has another one", rpc="ABORTED")
        scope = "/".join(path.split("/")[:4])
        operation = {"name": f"{scope}/operations/operation-{uuid.uuid4()}", "done": False, "metadata": {"target": path}}
        self.operations[operation["name"]] = operation

        def end():
            done(failure)
            return failure

        self.busy[path] = (self.settings.operation(), end, operation)
        return dict(operation)

    def operations_get(self, path, request):
        if path not in self.operations:
            raise not_found(path)
        return self.operations[path]

    def memberships_get(self, path, request):
        if path not in self.memberships:
            raise not_found(path)
        return self.memberships[path]

    def memberships_list(self, path, request):
        return {"resources": [body for name, body in self.memberships.items() if name.startswith(path + "/")]}

    def binding(self, path):
        if path not in self.bindings:
            raise not_found(path)
        return self.bindings[path]

    def rbacrolebindings_list(self, path, request):
        self.memberships_get(path.rpartition("/")[0], request)
        items = [body for name, body in sorted(self.bindings.items()) if name.startswith(path + "/")]
        size = min(int(request.parameters.get("pageSize") or 100), self.settings.pageSize or 100)
        start = int(request.parameters.get("pageToken") or 0)
        more = {"nextPageToken": str(start + size)} if start + size < len(items) else {}
        return {"rbacrolebindings": items[start:start + size]} | more

    def rbacrolebindings_get(self, path, request):
        return self.binding(path)

    @staticmethod
    def checked(body):
        if bool(body.get("user")) == bool(body.get("group")):
            raise wrong("Exactly one of user and group is expected")
        role = body.get("role", {})
        if bool(role.get("predefinedRole")) == bool(role.get("customRole")):
            raise wrong("Exactly one of predefined_role and custom_role is expected")
        if role.get("customRole"):
            raise Refusal(400, "FAILED_PRECONDITION", "custom roles are not allowed by feature rbacrolebindingactuation",
                          rpc="FAILED_PRECONDITION")
        return body

    def rbacrolebindings_create(self, path, request):
        name = request.parameters.get("rbacrolebindingId", "")
        self.memberships_get(path.rpartition("/")[0], request)
        if not ID.fullmatch(name):
            raise wrong(f"Invalid rbacrolebinding_id '{name}'")
        path = f"{path}/{name}"
        if path in self.bindings:
            raise Refusal(409, "ALREADY_EXISTS", f"Resource '{path}' already exists")
        sent = self.checked(without_nulls(request.json()))
        body = {name: value for name, value in sent.items() if name in ("user", "group", "role", "labels")}
        self.bindings[path] = body | {"name": path, "uid": str(uuid.uuid4()), "createTime": now(), "state": {"code": "CREATING"}}
        return self.begin(path, lambda failure: self.bindings.pop(path) if failure else self.ready(path), request.failure)

    def ready(self, path):
        self.bindings[path]["state"] = {"code": "READY"}

    def rbacrolebindings_patch(self, path, request):
        body, mask = self.binding(path), [name for name in request.parameters.get("updateMask", "").split(",") if name]
        if not mask or set(mask) - {"role", "labels", "user", "group"}:
            raise wrong(f"Invalid update mask '{','.join(mask)}'")
        sent = without_nulls(request.json())
        new = self.checked({name: value for name, value in body.items() if name not in mask} | {
            name: sent[name] for name in mask if name in sent})
        body["state"] = {"code": "UPDATING"}

        def done(failure):
            if not failure:
                self.bindings[path] = new
            self.ready(path)

        return self.begin(path, done, request.failure)

    def rbacrolebindings_delete(self, path, request):
        self.binding(path)["state"] = {"code": "DELETING"}
        return self.begin(path, lambda failure: self.ready(path) if failure else self.bindings.pop(path, None), request.failure)

    def counts(self):
        known = {"memberships": self.memberships, "rbacrolebindings": self.bindings}
        return {name: len(found) for name, found in known.items() if found}
