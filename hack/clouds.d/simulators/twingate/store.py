"""The tenant: everything there is, by id."""
import base64
import re

from .clock import seconds, text


class Unparsable(Exception):
    """A top-level error."""


class Store:
    def __init__(self, clock):
        self.clock, self.objects, self.numbers = clock, {}, 0
        self.issued = []  # tokens of connectors, the dead ones too

    def add(self, kind, **fields):
        self.numbers += 1
        identifier = base64.b64encode(f"{kind}:{self.numbers}".encode()).decode()
        now = text(self.clock.now)
        self.objects[identifier] = {
            "__typename": kind, "id": identifier, "createdAt": now, "updatedAt": now, **fields}
        return self.objects[identifier]

    def change(self, item, fields):
        item |= fields
        item["updatedAt"] = text(self.clock.now)
        return item

    def of(self, *kinds):
        return [item for item in self.objects.values() if item["__typename"] in kinds]

    def find(self, identifier, *kinds):
        """None where it is not there."""
        try:
            known = re.fullmatch(r"(\w+):(\d+)", base64.b64decode(identifier or "", validate=True).decode())
        except ValueError:
            known = None
        if not known:
            raise Unparsable("{'id': ['Unable to parse global ID']}")
        item = self.objects.get(identifier)
        return item if item and item["__typename"] in kinds else None

    def remove(self, identifier):
        """Takes it out, and out of everything that names it."""
        gone = self.objects.pop(identifier)
        for item in self.objects.values():
            item.get("access", {}).pop(identifier, None)
            if identifier in item.get("users", []):
                item["users"].remove(identifier)
        for item in [item for item in self.objects.values() if item.get("serviceAccount") == identifier]:
            del self.objects[item["id"]]
        return gone

    def expire(self):
        """The server itself removes a grant when it ends."""
        now = self.clock.now
        for item in self.objects.values():
            for principal, edge in list(item.get("access", {}).items()):
                if edge["expiresAt"] and seconds(edge["expiresAt"]) <= now:
                    del item["access"][principal]
            if item["__typename"] == "ServiceAccountKey" and item["status"] == "ACTIVE" and item["expiresAt"]:
                if seconds(item["expiresAt"]) <= now:
                    item["status"] = "EXPIRED"
