"""What connectors do all day: they say that they live, and dial for people whose groups may reach a resource."""
import fnmatch
import ipaddress

from .clock import seconds, text
from .reading import RESOURCES


class Dead(Exception):
    """No connector has this pair of tokens."""


class Doubled(Exception):
    """Two connectors use one pair of tokens."""


class Refused(Exception):
    """The person may not, or cannot, get there."""


class Traffic:
    def __init__(self, store, reading):
        self.store, self.reading = store, reading
        self.calls = {}  # number of a call -> what came of it; empty while it is under way
        self.waiting = {}  # id of a connector -> its calls, oldest first

    def heartbeat(self, wanted):
        """{"accessToken", "refreshToken", "hostname", "version", "session"} -> {"id"} of the connector, and "call": what it
        should dial, as "number host port". A process has one session: a former one that is heard again shares its tokens."""
        item, session = self._owner(wanted), wanted.get("session")
        if session and session != item.get("_session"):
            former = item.setdefault("_former", [])
            if session in former:
                item["doubled"] = True
                raise Doubled("two connectors use this pair of tokens; this one is the older")
            former.append(item.get("_session"))
            item["_session"] = session
        item |= {"lastHeartbeatAt": text(self.store.clock.now), "hostname": wanted.get("hostname"),
                 "version": wanted.get("version", "1.80.0"), "privateIPs": wanted.get("privateIPs", [])}
        calls = self.waiting.get(item["id"])
        return {"id": item["id"], "call": calls.pop(0) if calls else ""}

    def _owner(self, wanted):
        pair = {name: wanted[name] for name in ("accessToken", "refreshToken")}
        for item in self.store.of("Connector"):
            if item["_tokens"] == pair:
                return item
        raise Dead("no connector has this pair of tokens: it was replaced, or its connector deleted")

    def call(self, email, address, port):
        """A person opens `address`:`port`. -> the call's number"""
        self.store.expire()
        user = next((user for user in self.store.of("User") if user["email"] == email), None)
        if user is None:
            raise Refused(f"{email} is not known")
        resource = self._resource(address)
        if resource is None:
            raise Refused(f"no resource has the address or alias {address}")
        if not any(user["id"] in group["users"] for group in self.store.of("Group")
                   if group["isActive"] and group["id"] in resource["access"]):
            raise Refused(f"{email} is in no group that may reach {resource['name']}")
        tcp = resource["protocols"]["tcp"]
        if tcp["policy"] == "RESTRICTED" and not any(one["start"] <= port <= one["end"] for one in tcp["ports"]):
            raise Refused(f"{resource['name']} does not let port {port} through")
        alive = [item for item in self.store.of("Connector")
                 if item["remoteNetwork"] == resource["remoteNetwork"] and self.reading.state(item) == "ALIVE"]
        if not alive:
            raise Refused(f"no connector of {resource['name']} is alive")
        connector = max(alive, key=lambda item: seconds(item["lastHeartbeatAt"]))
        number = str(len(self.calls) + 1)
        host = address if address != resource["alias"] else resource["address"]
        self.calls[number] = {}
        self.waiting.setdefault(connector["id"], []).append(f"{number} {host} {port}")
        return number

    def _resource(self, address):
        """The most specific one: an alias, the address itself, a wildcard, the smallest network."""
        active = [item for item in self.store.of(*RESOURCES) if item["isActive"]]
        exact = [item for item in active if address in (item["alias"], item["address"])]
        wild = [item for item in active if item["addressType"] == "DNS" and fnmatch.fnmatchcase(address, item["address"])]
        return next(iter(exact + wild + self._networks(active, address)), None)

    @staticmethod
    def _networks(resources, address):
        try:
            host = ipaddress.ip_address(address)
        except ValueError:
            return []
        networks = [(ipaddress.ip_network(item["address"]), item) for item in resources if item["addressType"] == "IP"]
        found = [(network.prefixlen, item) for network, item in networks if host in network]
        return [item for _, item in sorted(found, key=lambda pair: -pair[0])]

    def report(self, number, connector, outcome):
        """What came of a call, as its connector tells it: {"answer"} or {"error"}."""
        self.calls[number] |= {"connector": connector} | outcome
