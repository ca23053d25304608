"""What becomes of networks in Google Cloud."""
import uuid

from .gcp import PROJECT, REGION, GoogleCloudTest


class Networks(GoogleCloudTest):
    def test_operations_are_pending_then_running_then_done(self):
        self.control("settings", {"operationReads": 2})
        body = {"name": "n", "autoCreateSubnetworks": False}
        operation = self.start("networks", "insert", body=body)
        self.refused(404, "notFound", self.get, "networks", "n")
        self.refused(409, "alreadyExists", self.start, "networks", "insert", body=body)
        self.refused(400, "resourceNotReady", self.start, "routers", "insert", body={"name": "r", "network": "global/networks/n"})
        read = self.compute.globalOperations().get(project=PROJECT, operation=operation["name"])
        self.assertEqual([operation["status"], read.execute()["status"], read.execute()["status"]],
                         ["PENDING", "DONE", "DONE"])
        self.assertEqual(self.get("networks", "n")["routingConfig"], {"routingMode": "REGIONAL"})

    def test_an_operation_fails_on_demand(self):
        self.control("faults", {"operation": "compute.networks.insert", "fails": {"code": "QUOTA_EXCEEDED", "message": "m"}})
        done = self.finish(self.start("networks", "insert", body={"name": "n", "autoCreateSubnetworks": False}))
        self.assertEqual(done["error"]["errors"], [{"code": "QUOTA_EXCEEDED", "message": "m"}])
        self.refused(404, "notFound", self.get, "networks", "n")

    def test_a_request_id_brings_the_same_operation(self):
        again = {"body": {"name": "n", "autoCreateSubnetworks": False}, "requestId": str(uuid.uuid4())}
        self.assertEqual(*(self.start("networks", "insert", **again)["name"] for _ in range(2)))

    def test_a_subnetwork_is_changed_with_its_fingerprint_only(self):
        self.network()
        log = {"logConfig": {"enable": True}}
        old = self.get("subnetworks", "s")["fingerprint"]
        self.refused(412, "conditionNotMet", self.start, "subnetworks", "patch", subnetwork="s", body=log)
        self.do("subnetworks", "patch", subnetwork="s", body=log | {"fingerprint": old})
        self.refused(412, "conditionNotMet", self.start, "subnetworks", "patch", subnetwork="s", body=log | {"fingerprint": old})
        found = self.get("subnetworks", "s")
        self.assertTrue(found["logConfig"]["enable"])
        self.refused(400, "invalid", self.start, "subnetworks", "patch", subnetwork="s",
                     body={"description": "x", "fingerprint": found["fingerprint"]})
        body = {"name": "t", "network": "global/networks/n", "ipCidrRange": "10.0.0.128/25"}
        done = self.finish(self.start("subnetworks", "insert", body=body))
        self.assertIn("conflicts with existing subnetwork 's'", done["error"]["errors"][0]["message"])

    def test_what_is_in_use_is_not_deleted(self):
        self.network()
        self.router()
        message = self.refused(400, "resourceInUseByAnotherResource", self.start, "addresses", "delete", address="a")
        self.assertIn(f"already being used by 'projects/p/regions/{REGION}/routers/r'", message)
        self.assertEqual(self.get("addresses", "a")["status"], "IN_USE")
        self.control("foreign", {"subnetwork": f"projects/p/regions/{REGION}/subnetworks/s", "name": "theirs"})
        message = self.refused(400, "resourceInUseByAnotherResource", self.start, "subnetworks", "delete", subnetwork="s")
        self.assertIn("instances/theirs", message)
        zones = self.compute.instances().aggregatedList(project=PROJECT).execute()["items"]
        self.assertEqual(zones[f"zones/{REGION}-b"]["instances"][0]["name"], "theirs")
        done = self.finish(self.start("networks", "delete", network="n"))
        self.assertEqual(done["error"]["errors"][0]["code"], "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE")

    def test_a_network_goes_in_dependency_order_and_takes_its_own_routes_along(self):
        self.network()
        self.router(sourceSubnetworkIpRangesToNat="LIST_OF_SUBNETWORKS", subnetworks=[
            {"name": f"regions/{REGION}/subnetworks/s", "sourceIpRangesToNat": ["ALL_IP_RANGES"]}])
        self.do("firewalls", "insert", body={"name": "f", "network": "global/networks/n", "denied": [{"IPProtocol": "all"}]})
        self.assertEqual(len(self.start("routes", "list")["items"]), 2)
        self.refused(400, "resourceInUseByAnotherResource", self.start, "subnetworks", "delete", subnetwork="s")
        for collection, name in (("firewalls", "f"), ("routers", "r"), ("subnetworks", "s"), ("addresses", "a"), ("networks", "n")):
            item = {"addresses": "address"}.get(collection, collection.removesuffix("s"))
            self.do(collection, "delete", **{item: name})
        self.assertNotIn("items", self.start("routes", "list"))
        self.assertEqual(self.control("state"), {})

    def test_lists_are_filtered_and_come_in_pages(self):
        self.network()
        self.control("settings", {"pageSize": 2})
        for number in range(1, 5):
            self.subnet(f"s{number}", f"10.0.{number}.0/24", description="ours" if number % 2 else "theirs")
        subnetworks, names = self.compute.subnetworks(), []
        request = subnetworks.list(project=PROJECT, region=REGION, filter='description = "ours"')
        while request:
            page = request.execute()
            names.append([item["name"] for item in page["items"]])
            request = subnetworks.list_next(request, page)
        self.assertEqual(names, [["s1", "s3"]])
        pages, request = [], subnetworks.aggregatedList(project=PROJECT)
        while request:
            page = request.execute()
            pages.append(len(page["items"][f"regions/{REGION}"]["subnetworks"]))
            request = subnetworks.aggregatedList_next(request, page)
        self.assertEqual(pages, [2, 2, 1])

    def test_router_patches_replace_the_list_of_nats_and_free_addresses(self):
        self.network()
        self.router()
        self.do("routers", "patch", router="r", body={"nats": []})
        self.assertEqual(self.get("addresses", "a")["status"], "RESERVED")
        self.do("addresses", "delete", address="a")

    def test_dynamic_ports_are_powers_of_two_without_endpoint_independent_mapping(self):
        self.network()
        self.router(enableDynamicPortAllocation=True, minPortsPerVm=64, tcpTimeWaitTimeoutSec=30)
        nat = self.get("routers", "r")["nats"][0]
        for change in ({"minPortsPerVm": 100}, {"maxPortsPerVm": 64}, {"enableEndpointIndependentMapping": True}):
            self.refused(400, "invalid", self.start, "routers", "patch", router="r", body={"nats": [nat | change]})
        self.do("routers", "patch", router="r", body={"nats": [nat | {"maxPortsPerVm": 4096}]})

    def test_a_network_that_was_listed_goes_all_the_same(self):
        self.network()
        self.assertEqual(len(self.get("networks", "n")["subnetworks"]), 1)
        self.start("networks", "list")
        self.do("subnetworks", "delete", subnetwork="s")
        self.assertNotIn("subnetworks", self.get("networks", "n"))
        self.do("networks", "delete", network="n")
