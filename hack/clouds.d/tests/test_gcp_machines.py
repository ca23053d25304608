"""Machines that read a secret with a service account: what becomes of them in Google Cloud."""
import base64
import json

from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from .gcp import PROJECT, REGION, GoogleCloudTest

ZONE, PARENT = REGION + "-b", f"projects/{PROJECT}"
EMAIL = f"machine-1@{PROJECT}.iam.gserviceaccount.com"
IMAGE = "projects/cos-cloud/global/images/family/cos-stable"


class Machines(GoogleCloudTest):
    def setUp(self):
        super().setUp()
        self.iam, self.manager = self.service("iam"), self.service("secretmanager")
        self.accounts, self.secrets = self.iam.projects().serviceAccounts(), self.manager.projects().secrets()

    def service(self, name):
        service = build(name, "v1", credentials=self.account(), static_discovery=True,
                        client_options={"api_endpoint": self.url + "/"})
        self.addCleanup(service.close)
        return service

    def denied(self, status, code, call):
        """As newer services refuse: without a list of errors."""
        with self.assertRaises(HttpError) as caught:
            call.execute()
        error = json.loads(caught.exception.content)["error"]
        self.assertEqual((error["code"], error["status"]), (status, code), error["message"])

    def create_account(self):
        return self.accounts.create(name=PARENT, body={"accountId": "machine-1", "serviceAccount": {"description": "d"}})

    def body(self, **more):
        return {"name": "m", "machineType": f"zones/{ZONE}/machineTypes/e2-small", "labels": {"a-b": "c"},
                "disks": [{"boot": True, "autoDelete": True, "initializeParams": {"sourceImage": IMAGE}}],
                "networkInterfaces": [{"subnetwork": f"{PARENT}/regions/{REGION}/subnetworks/s"}],
                "serviceAccounts": [{"email": EMAIL, "scopes": ["https://www.googleapis.com/auth/cloud-platform"]}]} | more

    def insert(self, **more):
        operation = self.compute.instances().insert(project=PROJECT, zone=ZONE, body=self.body(**more)).execute()
        return self.compute.zoneOperations().wait(project=PROJECT, zone=ZONE, operation=operation["name"]).execute()

    def found(self, text):
        pages = self.compute.instances().aggregatedList(project=PROJECT, filter=text).execute()["items"]
        return [one for scope in pages.values() for one in scope.get("instances", [])]

    def test_a_machine_runs_until_it_is_stopped_or_deleted(self):
        self.network()
        self.create_account().execute()
        self.insert()
        self.assertEqual([one["status"] for one in self.found("labels.a-b=c")], ["RUNNING"])
        self.assertEqual(self.found("labels.a-b=d"), [])
        self.refused(409, "alreadyExists", self.insert)
        self.refused(400, "resourceInUseByAnotherResource", self.start, "subnetworks", "delete", subnetwork="s")
        self.control("machines", {"stop": "m"})
        self.assertEqual(self.found("labels.a-b=c")[0]["status"], "TERMINATED")
        self.control("machines", {"delete": "m"})
        self.assertEqual(self.found("labels.a-b=c"), [])

    def test_machines_can_be_given_one_account(self):
        self.network()
        self.create_account().execute()
        self.insert()
        shared = EMAIL.replace("-1@", "@")
        self.control("machines", {"share": shared})
        self.assertEqual([one["email"] for one in self.accounts.list(name=PARENT).execute()["accounts"]], [shared])
        self.assertEqual([one["serviceAccounts"][0]["email"] for one in self.found("labels.a-b=c")], [shared])

    def test_what_a_machine_needs_must_be_there(self):
        self.network()
        self.refused(400, "invalid", self.insert)
        self.create_account().execute()
        self.refused(400, "invalid", self.insert, machineType=f"zones/{REGION}-c/machineTypes/e2-small")
        self.refused(404, "notFound", self.insert, disks=[{"boot": True, "initializeParams": {"sourceImage": "x"}}])
        self.refused(400, "invalid", self.insert, disks=[])
        self.refused(400, "invalid", self.insert, networkInterfaces=[{"subnetwork": f"{PARENT}/regions/us-east1/subnetworks/s"}])
        self.refused(400, "required", self.insert, serviceAccounts=[{"email": EMAIL}])
        self.refused(400, "badRequest", self.insert, machineTyp="x")

    def test_a_rule_takes_ten_service_accounts(self):
        self.network()
        body = {"name": "f", "network": "global/networks/n", "allowed": [{"IPProtocol": "tcp"}]}
        accounts = [f"machine-{number}@{PROJECT}.iam.gserviceaccount.com" for number in range(11)]
        self.refused(400, "invalid", self.start, "firewalls", "insert", body=body | {"targetServiceAccounts": accounts})
        self.do("firewalls", "insert", body=body | {"targetServiceAccounts": accounts[:10]})

    def test_others_do_not_know_a_new_account_at_once(self):
        self.network()
        self.control("settings", {"consistencyReads": 1})
        self.create_account().execute()
        self.denied(409, "ALREADY_EXISTS", self.create_account())
        self.assertEqual(self.accounts.get(name=f"{PARENT}/serviceAccounts/{EMAIL}").execute()["email"], EMAIL)
        self.refused(400, "invalid", self.insert)
        self.insert()
        self.accounts.create(name=PARENT, body={"accountId": "machine-2", "serviceAccount": {}}).execute()
        page = self.accounts.list(name=PARENT, pageSize=1).execute()
        rest = self.accounts.list(name=PARENT, pageSize=100, pageToken=page["nextPageToken"]).execute()
        self.assertEqual([one["email"][:9] for one in page["accounts"] + rest["accounts"]], ["machine-1", "machine-2"])
        self.assertNotIn("nextPageToken", rest)
        self.accounts.delete(name=f"{PARENT}/serviceAccounts/{EMAIL}").execute()
        self.denied(404, "NOT_FOUND", self.accounts.get(name=f"{PARENT}/serviceAccounts/{EMAIL}"))
        short = {"accountId": "a", "serviceAccount": {}}
        self.denied(400, "INVALID_ARGUMENT", self.accounts.create(name=PARENT, body=short))

    def read_as(self, account, secret):
        """-> the status of what a machine with the account gets."""
        self.control("settings", {"machineAccount": account})
        path = "/computeMetadata/v1/instance/service-accounts/default/token"
        token = json.loads(self.http("GET", path, None, {"Metadata-Flavor": "Google"})[2])["access_token"]
        return self.http("GET", f"/v1/{secret}/versions/latest:access", None, {"Authorization": f"Bearer {token}"})[0]

    def test_secrets_have_versions_and_a_policy(self):
        name = f"{PARENT}/secrets/s"
        body = {"replication": {"userManaged": {"replicas": [{"location": REGION}]}}, "labels": {"of": "x"}}
        create = self.secrets.create(parent=PARENT, secretId="s", body=body)
        create.execute()
        self.denied(409, "ALREADY_EXISTS", create)
        self.denied(404, "NOT_FOUND", self.secrets.versions().get(name=f"{name}/versions/latest"))
        data = base64.b64encode(b"tokens").decode()
        self.secrets.addVersion(parent=name, body={"payload": {"data": data}}).execute()
        self.assertEqual(self.secrets.versions().get(name=f"{name}/versions/latest").execute()["name"], f"{name}/versions/1")
        read = self.secrets.versions().access(name=f"{name}/versions/latest").execute()
        self.assertEqual(read["payload"]["data"], data)
        self.assertEqual([one["name"] for one in self.secrets.list(parent=PARENT, filter="labels.of=x").execute()["secrets"]], [name])
        self.assertEqual(self.secrets.list(parent=PARENT, filter="labels.of=y").execute()["secrets"], [])
        self.assertNotIn(data, json.dumps(self.control("objects")))

        policy = {"bindings": [{"role": "roles/secretmanager.secretAccessor", "members": [f"serviceAccount:{EMAIL}"]}]}
        self.denied(400, "INVALID_ARGUMENT", self.secrets.setIamPolicy(resource=name, body={"policy": policy}))
        self.create_account().execute()
        self.secrets.setIamPolicy(resource=name, body={"policy": policy}).execute()
        self.assertEqual(self.secrets.getIamPolicy(resource=name).execute()["bindings"], policy["bindings"])
        self.accounts.delete(name=f"{PARENT}/serviceAccounts/{EMAIL}").execute()
        self.create_account().execute()
        [binding] = self.secrets.getIamPolicy(resource=name).execute()["bindings"]
        self.assertRegex(binding["members"][0], f"^deleted:serviceAccount:{EMAIL}[?]uid=[0-9]+$")
        for account, status in ((EMAIL, 403), (f"machine-2@{PROJECT}.iam.gserviceaccount.com", 403)):
            self.assertEqual(self.read_as(account, name), status)
        self.secrets.setIamPolicy(resource=name, body={"policy": policy}).execute()
        self.assertEqual(self.read_as(EMAIL, name), 200)
        stale = {"policy": policy | {"etag": "ACAB"}}
        self.denied(409, "ABORTED", self.secrets.setIamPolicy(resource=name, body=stale))
        self.secrets.delete(name=name).execute()
        self.denied(404, "NOT_FOUND", self.secrets.get(name=name))
        self.denied(400, "INVALID_ARGUMENT", self.secrets.create(parent=PARENT, secretId="a b", body=body))
