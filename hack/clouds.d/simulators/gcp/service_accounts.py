"""Service accounts (IAM v1): made and deleted at once, and known to other services a while later."""
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
            return {"accounts": self.store.children(path)}
        email = path.rpartition("/")[2]
        if path not in self.store.objects:
            raise missing(email)
        if verb == "get":
            return self.store.shown(self.store.objects[path])
        if verb == "delete":
            self.store.remove(path)
            return {}
        raise refused("UNIMPLEMENTED", f"The simulator does not know iam.projects.serviceAccounts.{verb}", 501)

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
            "name": path, "email": email, "projectId": project, "uniqueId": str(10**20 + len(self.fresh)), "_created": now()}
        self.fresh[path] = self.settings.consistency()
        return self.store.shown(self.store.objects[path])
