"""What cluster-dns knows: Services and Endpoints by list and watch, a hosts file, and the rules that
turn a name into records, as CoreDNS has them."""
import json
import os
import threading
import time

from dns_message import A, CNAME, NOERROR, NXDOMAIN

ZONE = ".svc.cluster.local"


class Mirror:
    """One kind of object, kept equal to the API server's by list and watch."""

    def __init__(self, api, resource):
        self.api, self.resource, self.objects, self.synced = api, resource, {}, False
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                with self.api(f"/api/v1/{self.resource}") as answer:
                    listed = json.load(answer)
                self.objects = {self.key(item): item for item in listed["items"]}
                self.synced = True
                version = listed["metadata"]["resourceVersion"]
                self.watch(f"/api/v1/{self.resource}?watch=1&resourceVersion={version}")
            except (OSError, ValueError, KeyError) as error:
                print(f"{self.resource}: listing again: {error}", flush=True)
                time.sleep(0.5)

    def watch(self, path):
        with self.api(path) as answer:
            for line in answer:
                event = json.loads(line)
                item = event["object"]
                if event["type"] == "ERROR":
                    return
                if event["type"] == "DELETED":
                    self.objects.pop(self.key(item), None)
                else:
                    self.objects[self.key(item)] = item

    @staticmethod
    def key(item):
        return item["metadata"]["namespace"], item["metadata"]["name"]


class Hosts:
    """`address name...` lines of a file, as in /etc/hosts."""

    def __init__(self, path):
        self.path, self.changed, self.names = path, None, {}

    def lookup(self, name):
        changed = os.stat(self.path).st_mtime_ns if os.path.exists(self.path) else 0
        if changed != self.changed:
            lines = open(self.path).read().splitlines() if changed else []
            self.names = {}
            for words in (line.split("#")[0].split() for line in lines):
                for known in words[1:]:
                    self.names.setdefault(known.lower(), []).append(words[0])
            self.changed = changed
        return self.names.get(name)


def addresses(endpoints, include_not_ready):
    """(address, hostname, ports) of each endpoint."""
    for subset in endpoints.get("subsets") or []:
        ready = subset.get("addresses") or []
        waiting = (subset.get("notReadyAddresses") or []) if include_not_ready else []
        for entry in ready + waiting:
            yield entry["ip"], entry.get("hostname"), subset.get("ports") or []


def resolve(name, services, endpoints, hosts, depth=0):
    """-> (code, [(owner, type, value)]), value an address or a name."""
    known = hosts.lookup(name)
    if known:
        return NOERROR, [(name, A, address) for address in known]
    if not name.endswith(ZONE):
        return NXDOMAIN, []
    labels = name[: -len(ZONE)].split(".")
    service = services.objects.get(tuple(labels[-2:][::-1])) if len(labels) in (2, 3) else None
    if service is None:
        # A namespace alone is a name without records; NXDOMAIN there would hide its children.
        return (NOERROR if len(labels) == 1 else NXDOMAIN), []
    spec = service["spec"]
    if spec.get("type") == "ExternalName":
        target = spec["externalName"].rstrip(".").lower()
        # Like CoreDNS: the alias stands even when its target does not resolve.
        _, rest = resolve(target, services, endpoints, hosts, depth + 1) if depth < 8 else (NXDOMAIN, [])
        return NOERROR, [(name, CNAME, target), *rest]
    if spec.get("clusterIP") not in (None, "", "None"):
        return (NOERROR, [(name, A, spec["clusterIP"])]) if len(labels) == 2 else (NXDOMAIN, [])
    found = addresses(
        endpoints.objects.get((labels[-1], labels[-2]), {}), spec.get("publishNotReadyAddresses", False))
    pod = labels[0] if len(labels) == 3 else None
    ips = [ip for ip, host, _ in found if pod in (None, host, ip.replace(".", "-"))]
    return (NOERROR if ips or pod is None else NXDOMAIN), [(name, A, ip) for ip in dict.fromkeys(ips)]
