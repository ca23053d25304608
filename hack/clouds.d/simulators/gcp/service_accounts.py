"""Service accounts (IAM v1): made and deleted at once, and known to other services a while later."""
import itertools
import re

from .store import now, refused

IDENTIFIER = re.compile(r"[a-z]([-a-z0-9]{4,28}[a-z0-9])")
LONGEST = {"displayName": 100, "description": 256}  # bytes


def missing(email):
    return refused("NOT_FOUND", f"Unknown service account: {email}", 404)


class ServiceAccounts:
    def __init__(self, store, settings):
        self.store, self.settings = store, settings
        self.fresh = {}  # path -> Wait: until others know it
        self.ids = itertools.count(10**20)

    def known(self, email):
        """Whether other services know the account. Each question is a look."""
        for path in self.store.objects:
            if path.endswith(f"/serviceAccounts/{email}"):
                return self.fresh[path].look()
        return False

    def answer(self, path, verb, request):
        """-> body"""
        if verb == "create":
            return self.create(path, request.json())
        if verb == "list":
            return self.list(path, request.parameters)
        email = path.rpartition("/")[2]
        if path not in self.store.objects:
            raise missing(email)
        if verb == "get":
            return self.store.shown(self.store.objects[path])
        if verb == "delete":
            self.delete(path)
            return {}
        raise refused("UNIMPLEMENTED", f"The simulator does not know iam.projects.serviceAccounts.{verb}", 501)

    def list(self, path, query):
        found = [self.store.shown(account) for account in self.store.children(path)]
        size = min(int(query.get("pageSize") or 20), 100, self.settings.pageSize or 100)
        start = int(query.get("pageToken") or 0)
        more = {"nextPageToken": str(start + size)} if start + size < len(found) else {}
        return {"accounts": found[start:start + size]} | more

    def delete(self, path):
        """Policies keep naming an account that is gone: one that is made later with its address gets none of its rights."""
        account = self.store.objects[path]
        member = f"serviceAccount:{account['email']}"
        for policy in [body["_policy"] for body in self.store.objects.values() if "_policy" in body]:
            for binding in policy.get("bindings", []):
                binding["members"] = [f"deleted:{one}?uid={account['uniqueId']}" if one == member else one
                                      for one in binding.get("members", [])]
        self.store.remove(path)

    def create(self, path, sent):
        identifier, project = sent.get("accountId", ""), path.split("/")[1]
        if not IDENTIFIER.fullmatch(identifier):
            raise refused("INVALID_ARGUMENT", f"{identifier} does not have required format for accountId.")
        account = sent.get("serviceAccount", {})
        for name, longest in LONGEST.items():
            if len(account.get(name, "").encode()) > longest:
                raise refused("INVALID_ARGUMENT", f"{name} has more than {longest} bytes.")
        email = f"{identifier}@{project}.iam.gserviceaccount.com"
        path = f"{path}/{email}"
        if path in self.store.objects:
            raise refused("ALREADY_EXISTS", f"Service account {identifier} already exists within project projects/{project}.", 409)
        self.store.objects[path] = account | {
            "name": path, "email": email, "projectId": project, "uniqueId": str(next(self.ids)), "_created": now()}
        self.fresh[path] = self.settings.consistency()
        return self.store.shown(self.store.objects[path])
