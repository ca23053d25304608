"""The Google Cloud simulator against google-api-python-client and google-auth."""
import json
import tempfile
import uuid

from google.auth import exceptions, identity_pool
from google.auth.transport.requests import Request
from google.oauth2 import service_account
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from simulators.gcp.simulator import GoogleCloud

from .harness import SimulatorTest

PROJECT, REGION = "p", "europe-west1"
SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]


class GoogleCloudTest(SimulatorTest):
    make = GoogleCloud

    def setUp(self):
        super().setUp()
        self.compute = build("compute", "v1", credentials=self.account(), static_discovery=True,
                             client_options={"api_endpoint": self.url + "/compute/v1/"})
        self.addCleanup(self.compute.close)

    def account(self, **changes):
        key = self.control("credentials") | {"token_uri": self.url + "/token"} | changes
        return service_account.Credentials.from_service_account_info(key, scopes=SCOPES)

    def start(self, collection, method, **arguments):
        if method != "list":
            arguments.setdefault("requestId", str(uuid.uuid4()))
        where = {"region": REGION} if collection in ("subnetworks", "routers", "addresses") else {}
        return getattr(getattr(self.compute, collection)(), method)(project=PROJECT, **where, **arguments).execute()

    def finish(self, operation):
        scope = {"region": REGION} if "region" in operation else {}
        operations = self.compute.regionOperations() if scope else self.compute.globalOperations()
        done = operations.wait(project=PROJECT, operation=operation["name"], **scope).execute()
        self.assertEqual(done["status"], "DONE")
        return done

    def do(self, collection, method, **arguments):
        done = self.finish(self.start(collection, method, **arguments))
        self.assertNotIn("error", done)

    def get(self, collection, name):
        where = {"region": REGION} if collection in ("subnetworks", "routers", "addresses") else {}
        item = {"addresses": "address"}.get(collection, collection.removesuffix("s"))
        return getattr(self.compute, collection)().get(project=PROJECT, **where, **{item: name}).execute()

    def refused(self, status, reason, call, *arguments, **named):
        with self.assertRaises(HttpError) as caught:
            call(*arguments, **named)
        error = json.loads(caught.exception.content)["error"]
        self.assertEqual((error["code"], error["errors"][0]["reason"]), (status, reason), error["message"])
        return error["message"]

    def network(self):
        self.do("networks", "insert", body={"name": "n", "autoCreateSubnetworks": False, "description": "ours"})
        self.subnet("s", "10.0.0.0/24")

    def subnet(self, name, cidr, **more):
        body = {"name": name, "network": f"projects/{PROJECT}/global/networks/n", "ipCidrRange": cidr}
        self.do("subnetworks", "insert", body=body | more)

    def router(self, **nat):
        self.do("addresses", "insert", body={"name": "a"})
        nat = {"name": "nat", "natIpAllocateOption": "MANUAL_ONLY", "natIps": [f"regions/{REGION}/addresses/a"],
               "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES"} | nat
        self.do("routers", "insert", body={"name": "r", "network": "global/networks/n", "nats": [nat]})


class Requests(GoogleCloudTest):
    def test_tokens_come_from_a_signed_assertion_and_no_other(self):
        self.control("reset", {})
        self.account().refresh(Request())
        with self.assertRaises(exceptions.RefreshError):
            self.account(client_email="other@example.com").refresh(Request())
        status, _, body = self.http("GET", f"/compute/v1/projects/{PROJECT}/global/networks")
        self.assertEqual((status, json.loads(body)["error"]["status"]), (401, "UNAUTHENTICATED"))

    def test_tokens_come_from_the_metadata_server_and_from_sts(self):
        self.assertEqual(self.http("GET", "/computeMetadata/v1/instance/service-accounts/default/token")[0], 403)
        token = json.loads(self.http("GET", "/computeMetadata/v1/instance/service-accounts/default/token", None,
                                     {"Metadata-Flavor": "Google"})[2])["access_token"]
        self.assertEqual(self.http("GET", "/compute/v1/projects/p/regions", None, {"Authorization": f"Bearer {token}"})[0], 200)
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("header.payload.signature")
            file.flush()
            pool = identity_pool.Credentials(
                audience="//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/a/providers/b",
                subject_token_type="urn:ietf:params:oauth:token-type:jwt", token_url=self.url + "/v1/token",
                credential_source={"file": file.name}, scopes=SCOPES)
            pool.refresh(Request())
        self.assertEqual(self.http("GET", "/compute/v1/projects/p/zones", None, {"Authorization": f"Bearer {pool.token}"})[0], 200)

    def test_what_the_description_does_not_know_is_refused(self):
        body = {"name": "n", "autoCreateSubnetworks": False}
        self.refused(400, "badRequest", self.start, "networks", "insert", body=body | {"descripton": "x"})
        self.refused(400, "invalid", self.start, "networks", "insert", body=body | {"name": "Big"})
        self.refused(400, "required", self.start, "networks", "insert", body={"autoCreateSubnetworks": False})
        self.refused(400, "invalid", self.start, "networks", "insert", body=body, requestId="no uuid")
        self.refused(400, "invalid", self.start, "firewalls", "insert", body={"name": "f", "direction": "UP"})
        self.assertEqual(self.control("state"), {})

    def test_throttling_and_lost_answers_on_demand(self):
        self.control("faults", [{"operation": "compute.networks.list", "status": 403},
                                {"operation": "compute.networks.insert", "drop-after": True}])
        self.refused(403, "rateLimitExceeded", self.start, "networks", "list")
        again = {"body": {"name": "n", "autoCreateSubnetworks": False}, "requestId": str(uuid.uuid4())}
        with self.assertRaises(OSError):
            self.start("networks", "insert", **again)
        self.do("networks", "insert", **again)
        self.assertEqual(self.control("state")["networks"], 1)


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
