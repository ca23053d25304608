"""What people do in the console, for tests: POST /_sim/console."""
from .reading import RESOURCES


class Console:
    def __init__(self, store):
        self.store = store

    def act(self, wanted):
        """{"delete": id} | {"edit": id, "fields": {…}} | {"create": kind, "fields": {…}} -> {"id": …}"""
        if "delete" in wanted:
            self.store.remove(wanted["delete"])
            return {"id": wanted["delete"]}
        if "edit" in wanted:
            return {"id": self.store.change(self.store.objects[wanted["edit"]], wanted["fields"])["id"]}
        plain = {"Group": {"type": "MANUAL", "isActive": True, "originId": None, "users": [], "securityPolicy": None},
                 "User": {"firstName": None, "lastName": None, "role": "MEMBER", "state": "ACTIVE", "type": "MANUAL"},
                 "SecurityPolicy": {"policyType": "RESOURCE"}, "ServiceAccount": {}}
        if wanted["create"] not in plain:
            raise ValueError(f"the console makes {', '.join(plain)}; other things go through the API")
        return {"id": self.store.add(wanted["create"], **plain[wanted["create"]] | wanted["fields"])["id"]}

    def counts(self):
        counts = {}
        for item in self.store.objects.values():
            kind = "Resource" if item["__typename"] in RESOURCES else item["__typename"]
            counts[kind] = counts.get(kind, 0) + 1
        return counts
