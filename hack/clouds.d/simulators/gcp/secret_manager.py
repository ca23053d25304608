"""Secret Manager v1: secrets, their versions, and who may read them. What it does is done when it is answered."""
import base64
import binascii
import re

from . import filters
from .store import now, refused

IDENTIFIER = re.compile(r"[a-zA-Z0-9_-]{1,255}")
LARGEST = 65536  # bytes of a version
ACCOUNT = "serviceAccount:"
READER = "roles/secretmanager.secretAccessor"


def missing(path):
    return refused("NOT_FOUND", f"Secret [{path}] not found.", 404)


class SecretManager:
    def __init__(self, store, settings, accounts, identity):
        self.store, self.settings, self.accounts, self.identity, self.etags = store, settings, accounts, identity, 0

    def answer(self, path, collection, verb, request):
        """-> body"""
        path = path.partition(":")[0]
        if collection == "secrets" and verb in ("list", "create"):
            return getattr(self, verb)(path, request)
        words = path.split("/")
        secret = self.store.objects.get("/".join(words[:4]))
        if secret is None:
            raise missing("/".join(words[:4]))
        act = getattr(self, f"{collection}_{verb}", None)
        if not act:
            raise refused("UNIMPLEMENTED", f"The simulator does not know secretmanager.{collection}.{verb}", 501)
        return act(path, secret, request)

    def list(self, path, request):
        wanted = filters.parse(request.parameters.get("filter", ""))
        found = [self.store.shown(secret) for secret in self.store.children(path) if wanted(secret)]
        start, size = int(request.parameters.get("pageToken") or 0), self.settings.pageSize or 25000
        more = {"nextPageToken": str(start + size)} if start + size < len(found) else {}
        return {"secrets": found[start:start + size], "totalSize": len(found)} | more

    def create(self, path, request):
        identifier, sent = request.parameters.get("secretId", ""), request.json()
        if not IDENTIFIER.fullmatch(identifier):
            raise refused("INVALID_ARGUMENT", f"The secret id [{identifier}] is invalid.")
        if not sent.get("replication"):
            raise refused("INVALID_ARGUMENT", "Secret.replication is required.")
        path = f"{path}/{identifier}"
        if path in self.store.objects:
            raise refused("ALREADY_EXISTS", f"Secret [{path}] already exists.", 409)
        self.store.objects[path] = sent | {"name": path, "createTime": now(), "_versions": [], "_policy": {"etag": "ACAB"}}
        return self.store.shown(self.store.objects[path])

    def secrets_delete(self, path, secret, request):
        self.store.remove(path)
        return {}

    def secrets_addVersion(self, path, secret, request):
        try:
            data = base64.b64decode(request.json().get("payload", {}).get("data", ""), validate=True)
        except binascii.Error:
            raise refused("INVALID_ARGUMENT", "payload.data is no base64.") from None
        if not 0 < len(data) <= LARGEST:
            raise refused("INVALID_ARGUMENT", "The secret payload must have 1 to 65536 bytes.")
        secret["_versions"].append(data)
        return self.version(path, secret, len(secret["_versions"]))

    @staticmethod
    def version(path, secret, number):
        return {"name": f"{path}/versions/{number}", "state": "ENABLED", "createTime": now()}

    def latest(self, path, secret):
        number = path.rpartition("/")[2]
        number = len(secret["_versions"]) if number == "latest" else int(number)
        if not 0 < number <= len(secret["_versions"]):
            raise refused("NOT_FOUND", f"Secret Version [{path}] not found or has no versions.", 404)
        return number

    def versions_get(self, path, secret, request):
        return self.version(secret["name"], secret, self.latest(path, secret))

    def versions_access(self, path, secret, request):
        machine = self.identity.machine_of(request)
        readers = [member for binding in secret["_policy"].get("bindings", []) if binding["role"] == READER
                   for member in binding.get("members", [])]
        if machine and ACCOUNT + machine not in readers:
            raise refused("PERMISSION_DENIED", f"Permission 'secretmanager.versions.access' denied for resource '{path}'", 403)
        number = self.latest(path, secret)
        data = base64.b64encode(secret["_versions"][number - 1]).decode()
        return {"name": f"{secret['name']}/versions/{number}", "payload": {"data": data}}

    def secrets_getIamPolicy(self, path, secret, request):
        return secret["_policy"]

    def secrets_setIamPolicy(self, path, secret, request):
        policy = request.json().get("policy", {})
        if policy.get("etag", secret["_policy"]["etag"]) != secret["_policy"]["etag"]:
            raise refused("ABORTED", "There were concurrent policy changes.", 409)
        for binding in policy.get("bindings", []):
            for member in binding.get("members", []):
                if member.startswith(ACCOUNT) and not self.accounts.known(member.removeprefix(ACCOUNT)):
                    raise refused("INVALID_ARGUMENT", f"Service account {member.removeprefix(ACCOUNT)} does not exist.")
        self.etags += 1
        secret["_policy"] = policy | {"version": 1, "etag": f"E{self.etags}"}
        return secret["_policy"]
