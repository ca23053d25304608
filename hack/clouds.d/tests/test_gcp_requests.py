"""Who is let in by Google Cloud, and what is refused for what it says."""
import json
import tempfile
import uuid

from google.auth import exceptions, identity_pool
from google.auth.transport.requests import Request

from .gcp import PROJECT, SCOPES, GoogleCloudTest


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
