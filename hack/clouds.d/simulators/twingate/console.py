"""What people do in the console, for tests: POST /_sim/console, and the heartbeats of connectors."""
from .clock import text
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

    def heartbeat(self, wanted):
        """{"accessToken", "refreshToken", "hostname", "version"} -> {"id": …} of the connector whose pair it is."""
        pair = {name: wanted[name] for name in ("accessToken", "refreshToken")}
        for item in self.store.of("Connector"):
            if item["_tokens"] == pair:
                item |= {"lastHeartbeatAt": text(self.store.clock.now), "hostname": wanted.get("hostname"),
                         "version": wanted.get("version", "1.80.0"), "privateIPs": wanted.get("privateIPs", [])}
                return {"id": item["id"]}
        raise ValueError("no connector has this pair of tokens: it was replaced, or its connector deleted")

    def counts(self):
        counts = {}
        for item in self.store.objects.values():
            kind = "Resource" if item["__typename"] in RESOURCES else item["__typename"]
            counts[kind] = counts.get(kind, 0) + 1
        return counts
