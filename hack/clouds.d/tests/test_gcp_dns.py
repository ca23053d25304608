"""Private zones of Cloud DNS."""
from .gcp import PROJECT, GoogleCloudTest

A = {"name": "gcr.io.", "type": "A", "ttl": 300, "rrdatas": ["199.36.153.8", "199.36.153.9"]}
ALL = {"name": "*.gcr.io.", "type": "CNAME", "ttl": 300, "rrdatas": ["gcr.io."]}


class Zones(GoogleCloudTest):
    def zone(self, name="z", **changes):
        network = f"https://www.googleapis.com/compute/v1/projects/{PROJECT}/global/networks/n"
        body = {"name": name, "dnsName": "gcr.io.", "description": "ours", "visibility": "private",
                "privateVisibilityConfig": {"networks": [{"networkUrl": network}]}} | changes
        return self.dns.managedZones().create(project=PROJECT, body=body).execute()

    def change(self, **sent):
        return self.dns.changes().create(project=PROJECT, managedZone="z", body=sent).execute()

    def records(self):
        found = self.dns.resourceRecordSets().list(project=PROJECT, managedZone="z").execute()["rrsets"]
        return sorted((record["name"], record["type"]) for record in found)

    def delete(self):
        self.dns.managedZones().delete(project=PROJECT, managedZone="z").execute()

    def test_a_zone_is_made_once_and_is_the_only_one_of_its_name_in_a_network(self):
        self.refused(400, "invalid", self.zone)
        self.network()
        self.zone()
        self.refused(409, "alreadyExists", self.zone)
        self.refused(409, "conflict", self.zone, "other")
        self.refused(400, "required", self.zone, "other", description="")
        self.refused(400, "badRequest", self.zone, "other", dnsname="x.")
        zones = self.dns.managedZones().list(project=PROJECT).execute()["managedZones"]
        self.assertEqual([zone["dnsName"] for zone in zones], ["gcr.io."])
        self.refused(404, "notFound", self.dns.managedZones().get(project=PROJECT, managedZone="none").execute)

    def test_records_change_in_one_step_or_not_at_all(self):
        self.network()
        self.zone()
        self.change(additions=[A, ALL])
        self.refused(409, "alreadyExists", self.change, additions=[A])
        self.refused(412, "conditionNotMet", self.change, deletions=[A | {"ttl": 60}], additions=[])
        self.refused(404, "notFound", self.change, deletions=[A, ALL | {"name": "x.gcr.io."}])
        self.refused(400, "invalidRecordNameForZone", self.change, additions=[A | {"name": "pkg.dev."}])
        self.refused(400, "cnameResourceRecordSetConflict", self.change, additions=[A | {"name": "*.gcr.io."}])
        self.change(deletions=[A], additions=[A | {"ttl": 60}])
        self.assertEqual(self.records(), [("*.gcr.io.", "CNAME"), ("gcr.io.", "A"), ("gcr.io.", "NS"), ("gcr.io.", "SOA")])

    def test_a_zone_goes_when_it_is_empty_and_before_its_network(self):
        self.network()
        self.zone()
        self.do("subnetworks", "delete", subnetwork="s")
        done = self.finish(self.start("networks", "delete", network="n"))
        self.assertEqual(done["error"]["errors"][0]["code"], "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE")
        self.change(additions=[A])
        self.refused(400, "containerNotEmpty", self.delete)
        self.change(deletions=[A])
        self.delete()
        self.do("networks", "delete", network="n")
        self.assertEqual(self.control("state"), {})

    def test_visibility_and_labels_are_patched(self):
        self.network()
        self.zone()
        patch = {"privateVisibilityConfig": {"networks": []}, "labels": {"team": "a"}}
        self.dns.managedZones().patch(project=PROJECT, managedZone="z", body=patch).execute()
        zone = self.dns.managedZones().get(project=PROJECT, managedZone="z").execute()
        self.assertEqual((zone["privateVisibilityConfig"], zone["labels"]), ({"networks": []}, {"team": "a"}))
        self.refused(400, "invalid", self.dns.managedZones().patch(
            project=PROJECT, managedZone="z", body={"dnsName": "pkg.dev."}).execute)
