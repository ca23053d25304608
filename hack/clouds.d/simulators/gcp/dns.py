"""Cloud DNS: private zones and their records. Unlike Compute Engine's, its changes are done when they are answered."""
import ipaddress

from .store import identity, link, now, path_of, refused

BUILT_IN = ("NS", "SOA")  # at the top of a zone: Cloud DNS makes them, and deletes them with the zone
TTL = 21600  # seconds, of these


def missing(what, name):
    return refused("notFound", f"The '{what}' resource named '{name}' does not exist.", 404)


def required(field):
    return refused("required", f"The '{field}' parameter is required but was missing.")


class DNS:
    def __init__(self, store, reading):
        self.store, self.reading = store, reading

    def answer(self, path, collection, verb, request):
        """-> (status, body)"""
        words = path.split("/")
        project = "/".join(words[:2])
        if collection == "managedZones" and verb in ("list", "create"):
            return 200, getattr(self, f"{verb}_zone")(project, request)
        zone = self.store.objects.get("/".join(words[:4]))
        if zone is None:
            raise missing("parameters.managedZone", words[3])
        act = getattr(self, f"{collection}_{verb}", None)
        if not act:
            raise refused("notImplemented", f"The simulator does not know dns.{collection}.{verb}", 501)
        return act("/".join(words[:4]), zone, request)

    def list_zone(self, project, request):
        wanted = request.parameters.get("dnsName")
        found = [zone for zone in self.store.children(f"{project}/managedZones") if wanted in (None, zone["dnsName"])]
        items, token = self.reading.page(found, request.parameters)
        return {"kind": "dns#managedZonesListResponse", "managedZones": items} | ({"nextPageToken": token} if token else {})

    def create_zone(self, project, request):
        sent = request.json()
        for field in ("name", "dnsName", "description"):
            if not sent.get(field):
                raise required(f"entity.managedZone.{field}")
        path = f"{project}/managedZones/{sent['name']}"
        if path in self.store.objects:
            raise refused("alreadyExists", f"The resource 'entity.managedZone' named '{sent['name']}' already exists", 409)
        if not sent["dnsName"].endswith("."):
            raise refused("invalid", f"Invalid value for 'entity.managedZone.dnsName': '{sent['dnsName']}'")
        if sent.get("visibility") != "private":
            raise refused("notImplemented", "The simulator has private zones only.", 501)
        own = identity("dns#managedZone", path)
        body = sent | {"kind": own["kind"], "id": own["id"], "creationTime": now(), "nameServers": ["ns-gcp-private.googledomains.com."]}
        self.bind(path, body)
        top = sent["dnsName"]
        body["_records"] = [
            {"name": top, "type": "NS", "ttl": TTL, "rrdatas": body["nameServers"]},
            {"name": top, "type": "SOA", "ttl": TTL, "rrdatas": [body["nameServers"][0] + " hostmaster. 1 21600 3600 259200 300"]}]
        self.store.objects[path] = body
        return self.store.shown(body)

    def bind(self, path, body):
        """The networks that see a zone are there, and see no other zone of the name."""
        project = path.split("/")[1]
        for network in body.get("privateVisibilityConfig", {}).get("networks", []):
            found = path_of(network.get("networkUrl"), project)
            if found not in self.store.objects:
                raise refused("invalid", f"Invalid value for 'entity.managedZone.privateVisibilityConfig.networks': "
                              f"'{network.get('networkUrl')}'")
            network["networkUrl"] = link(found)
            for other, zone in self.store.objects.items():
                others = zone.get("privateVisibilityConfig", {}).get("networks", [])
                if other != path and zone.get("dnsName") == body["dnsName"] and network["networkUrl"] in [
                        one["networkUrl"] for one in others]:
                    raise refused("conflict", f"The network '{found}' already sees '{body['dnsName']}' in zone '{zone['name']}'", 409)

    def managedZones_get(self, path, zone, request):
        return 200, self.store.shown(zone)

    def managedZones_patch(self, path, zone, request):
        sent = request.json()
        for field in ("name", "dnsName", "visibility"):
            if field in sent and sent[field] != zone[field]:
                raise refused("invalid", f"Invalid value for 'entity.managedZone.{field}': '{sent[field]}'. It cannot be changed.")
        new = zone | sent
        self.bind(path, new)
        self.store.objects[path] = new
        return 200, {"kind": "dns#operation", "id": "1", "status": "done", "type": "update"}

    def managedZones_delete(self, path, zone, request):
        if any(record["type"] not in BUILT_IN for record in zone["_records"]):
            raise refused("containerNotEmpty", f"The resource named '{zone['name']}' cannot be deleted because it contains "
                          "one or more 'resource records'.")
        self.store.remove(path)
        return 204, b""

    def resourceRecordSets_list(self, path, zone, request):
        items, token = self.reading.page(zone["_records"], request.parameters)
        return 200, {"kind": "dns#resourceRecordSetsListResponse", "rrsets": items} | ({"nextPageToken": token} if token else {})

    def changes_create(self, path, zone, request):
        sent = request.json()
        records = list(zone["_records"])
        if not sent.get("additions") and not sent.get("deletions"):
            raise required("entity.change")
        for number, record in enumerate(sent.get("deletions", [])):
            same = [old for old in records if (old["name"], old["type"]) == (record["name"], record["type"])]
            if not same:
                raise missing(f"entity.change.deletions[{number}]", f"{record['name']} ({record['type']})")
            if {**same[0], "kind": 0} != {**record, "kind": 0}:
                raise refused("conditionNotMet", f"Precondition not met for 'entity.change.deletions[{number}]'", 412)
            if record["type"] in BUILT_IN and record["name"] == zone["dnsName"]:
                raise refused("invalidZoneApex", "The resource record sets NS and SOA at the top of the zone stay.")
            records.remove(same[0])
        for record in sent.get("additions", []):
            self.check_record(zone, record, records)
            records.append(record)
        zone["_records"] = records
        return 200, {"kind": "dns#change", "id": str(len(records)), "startTime": now(), "status": "pending"} | sent

    @staticmethod
    def check_record(zone, record, records):
        for field in ("name", "type", "ttl", "rrdatas"):
            if not record.get(field):
                raise required(f"entity.change.additions.{field}")
        name, kind, data = record["name"], record["type"], record["rrdatas"]
        if name != zone["dnsName"] and not name.endswith("." + zone["dnsName"]):
            raise refused("invalidRecordNameForZone", f"'{name}' is not in the zone '{zone['dnsName']}'")
        here = [old["type"] for old in records if old["name"] == name]
        if kind in here:
            raise refused("alreadyExists", f"The resource 'entity.change.additions' named '{name} ({kind})' already exists", 409)
        if here and "CNAME" in (kind, *here):
            raise refused("cnameResourceRecordSetConflict", f"'{name}' cannot be a CNAME and have other records.")
        try:
            [ipaddress.IPv4Address(text) for text in data if kind == "A"]
        except ValueError:
            raise refused("invalid", f"Invalid value for 'entity.change.additions.rrdata': {data}") from None
        if kind == "CNAME" and (len(data) != 1 or not data[0].endswith(".")):
            raise refused("invalid", f"Invalid value for 'entity.change.additions.rrdata': {data}")
