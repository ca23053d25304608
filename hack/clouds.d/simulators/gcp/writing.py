"""Changes of objects: insert, patch, update, delete and the verbs of single fields. Each starts a long operation."""
import base64
import copy
import secrets

from ..messages import without_nulls
from .effects import CHANGED, GONE, MADE, REFUSED_LATER
from .kinds import COMPLETE, FIXED, MUTABLE
from .store import identity, refused, singular

IDENTITY = ("kind", "id", "selfLink", "creationTimestamp", "region", "zone")  # never the client's to say


def fingerprint():
    return base64.b64encode(secrets.token_bytes(8)).decode()


def merged(old, patch):
    """JSON merge patch, RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    old = dict(old) if isinstance(old, dict) else {}
    for name, value in patch.items():
        if value is None:
            old.pop(name, None)
        else:
            old[name] = merged(old.get(name), value)
    return old


class Writing:
    def __init__(self, store, operations):
        self.store, self.operations = store, operations

    def insert(self, collection, parent, body, failure):
        path, kind = f"{parent}/{body.get('name', '')}", f"compute#{singular(collection)}"
        if not body.get("name"):
            raise refused("required", "Required field 'resource.name' not specified")
        if path in self.store.objects or path in self.store.busy:
            raise refused("alreadyExists", f"The resource '{path}' already exists", 409)
        body = without_nulls(body) | identity(kind, path) | {"name": body["name"]}
        if collection in ("networks", "subnetworks"):
            body["fingerprint"] = fingerprint()
        COMPLETE[collection](self.store, path, body)

        def apply():
            MADE.get(collection, lambda *_: None)(self.store, path, body)
            self.store.objects[path] = body

        return self.operations.start(path, "insert", body, apply, failure)

    def change(self, collection, path, sent, failure, replaces):
        old = self.store.get(path)
        self.store.free(path)
        self.match_fingerprint(collection, old, sent)
        sent = {name: value for name, value in sent.items()
                if name not in ("fingerprint", *IDENTITY) and not (value is None and name in FIXED)}
        own = {name: old[name] for name in (*IDENTITY, "name", "network") if name in old}
        new = merged(own, copy.deepcopy(sent)) if replaces else merged(copy.deepcopy(old), sent)
        new = without_nulls(new)
        COMPLETE[collection](self.store, path, new)
        for name, value in new.items():
            is_fixed = name in FIXED or (collection in MUTABLE and name not in MUTABLE[collection])
            if is_fixed and name in sent and value != old.get(name):
                raise refused("invalid", f"Invalid value for field 'resource.{name}': '{value}'. It cannot be changed.")
        if "fingerprint" in old:
            new["fingerprint"] = fingerprint()

        def apply():
            CHANGED.get(collection, lambda *_: None)(self.store, path, new)
            self.store.objects[path] = new

        return self.operations.start(path, "update" if replaces else "patch", old, apply, failure)

    @staticmethod
    def match_fingerprint(collection, old, sent):
        if collection == "subnetworks" and not sent.get("fingerprint"):
            raise refused("conditionNotMet", "Required field 'resource.fingerprint' not specified", 412)
        if sent.get("fingerprint", old.get("fingerprint")) != old.get("fingerprint"):
            raise refused("conditionNotMet", "Invalid fingerprint.", 412)

    def delete(self, collection, path, failure):
        old = self.store.get(path)
        self.store.free(path)
        users = self.store.users(path)
        if users and collection not in REFUSED_LATER:
            raise refused("resourceInUseByAnotherResource", f"The {singular(collection)} resource '{path}' is already "
                          f"being used by '{users[0]}'")

        def apply():
            GONE.get(collection, lambda *_: None)(self.store, path)
            self.store.remove(path)

        return self.operations.start(path, "delete", old, apply, failure)

    def set_labels(self, path, sent, failure):
        old = self.store.get(path)
        if sent.get("labelFingerprint") != old["labelFingerprint"]:
            raise refused("conditionNotMet", "Labels fingerprint either invalid or resource labels have changed", 412)
        change = {"labels": sent.get("labels", {}), "labelFingerprint": fingerprint()}
        return self.operations.start(path, "setLabels", old, lambda: old.update(change), failure)

    def set_private_access(self, path, sent, failure):
        old = self.store.get(path)
        change = {"privateIpGoogleAccess": sent.get("privateIpGoogleAccess", False), "fingerprint": fingerprint()}
        return self.operations.start(path, "setPrivateIpGoogleAccess", old, lambda: old.update(change), failure)
