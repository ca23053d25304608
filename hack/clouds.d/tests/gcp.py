"""The Google Cloud simulator, and google-api-python-client with google-auth."""
import json
import uuid

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
        for service in ("dns", "container", "gkehub"):
            client = build(service, "v1", credentials=self.account(), static_discovery=True,
                           client_options={"api_endpoint": self.url + "/"})
            setattr(self, service, client)
            self.addCleanup(client.close)

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
