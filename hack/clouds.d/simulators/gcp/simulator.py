"""Google Cloud: what a request goes through."""
import re
from collections import Counter

from ..messages import Finding, Later, Refusal, Response
from . import check, description, machines
from .dns import DNS
from .fleet import Fleet
from .gke import console
from .gke.service import GKE
from .identity import PATHS, Identity
from .kinds import COMPLETE
from .operations import Operations
from .reading import Reading
from .secret_manager import SecretManager
from .service_accounts import ServiceAccounts
from .store import ZONES, Store, link, not_found, refused, singular
from .writing import Writing

STATUS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
          409: "ALREADY_EXISTS", 412: "FAILED_PRECONDITION", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}
RPC = {"failedPrecondition": "FAILED_PRECONDITION", "aborted": "ABORTED"}  # where the HTTP status does not tell
REASONS = {401: "authError", 403: "rateLimitExceeded", 404: "notFound", 429: "rateLimitExceeded", 500: "internalError",
           503: "backendError"}
YOUNGER = ("/memberships/", "/serviceAccounts", "/secrets")  # APIs whose errors have the status alone
LONGEST_WAIT_SECONDS = 120
SCOPE = re.compile(r"projects/[^/]+/(?:global|(?:regions|zones)/([^/]+)|aggregated)")
# Only workloads of a cluster have these: see gke/workloads.py.
READ_ONLY = ("forwardingRules", "disks", "networkEndpointGroups")


class GoogleCloud:
    name = "gcp"

    def __init__(self, settings):
        self.settings, self.identity = settings, Identity(settings)
        self.reset()

    def reset(self):
        self.identity.reset()
        self.store = Store()
        self.operations = Operations(self.store, self.settings)
        self.reading, self.writing = Reading(self.store, self.settings), Writing(self.store, self.operations)
        self.dns = DNS(self.store, self.reading)
        self.fleet = Fleet(self.settings)
        self.gke = GKE(self.settings, self.store, self.fleet)
        self.accounts = ServiceAccounts(self.store, self.settings)
        self.secrets = SecretManager(self.store, self.settings, self.accounts, self.identity)

    def code_for(self, status):
        return REASONS.get(status, "invalid")

    def refuse(self, request, refusal):
        if refusal.details.get("is_oauth"):
            return Response(refusal.status, {"error": refusal.code, "error_description": refusal.message})
        status = refusal.details.get("rpc") or RPC.get(refusal.code) or STATUS.get(refusal.status, "UNKNOWN")
        if any(word in request.path for word in YOUNGER):
            status = refusal.code if refusal.code.isupper() else status
            return Response(refusal.status, {"error": {"code": refusal.status, "message": refusal.message, "status": status}})
        one = {"message": refusal.message, "domain": "usageLimits" if "imit" in refusal.code else "global",
               "reason": refusal.code}
        error = {"code": refusal.status, "message": refusal.message, "errors": [one], "status": status}
        if info := refusal.details.get("info"):
            error["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": info,
                                 "domain": "container.googleapis.com"}]
        return Response(refusal.status, {"error": error})

    def check(self, request):
        """-> (operation, findings)"""
        if PATHS.match(request.path):
            return f"tokens:{request.method} {request.path}", []
        method, found = description.method_for(request.method, request.path)
        if not method:
            return f"{request.method} {request.path}", [Finding(
                "path", f"No method for {request.method} {request.path}; there are {found or 'none'}", "notFound", 404)]
        try:
            self.identity.verify(request)
        except Refusal as refusal:
            return method["id"], [Finding("Authorization", refusal.message, refusal.code, refusal.status)]
        return method["id"], check.Check(method, found).run(request)

    def answer(self, request, operation):
        if PATHS.match(request.path):
            return self.identity.answer(request)
        self.operations.look() if request.method == "GET" else self.operations.settle()
        if operation.startswith(("container.", "gkehub.")):
            service = self.gke if operation.startswith("container.") else self.fleet
            return Response(200, service.answer(operation, request))
        service, *_, collection, verb = operation.split(".")
        if operation.startswith("dns."):
            return Response(*self.dns.answer(request.plain_path.removeprefix("/dns/v1/"), collection, verb, request))
        if service == "iam":
            return Response(200, self.accounts.answer(request.plain_path.removeprefix("/v1/"), verb, request))
        if service == "secretmanager":
            return Response(200, self.secrets.answer(request.plain_path.removeprefix("/v1/"), collection, verb, request))
        path = request.plain_path.removeprefix("/compute/v1/")
        region = SCOPE.match(path)[1] if SCOPE.match(path) else None
        if region and region not in ZONES and not any(region in zones for zones in ZONES.values()):
            raise refused("invalid", f"Invalid value for field 'region': '{region}'. Unknown region.")
        if request.method == "GET":
            return Response(200, self.read(path, collection, verb, request.parameters))
        if collection.endswith("Operations") and verb == "wait":
            return Response(200, self.wait(path, request))
        if collection not in COMPLETE:
            raise refused("notImplemented", f"The simulator does not know {operation}", 501)
        replay = (operation, request.parameters.get("requestId"))
        started = self.operations.replays.get(replay)
        if not started:
            started = self.write(path, collection, verb, request)
            if replay[1]:
                self.operations.replays[replay] = started
        return Response(200, dict(started.body))

    def read(self, path, collection, verb, query):
        words, project = path.split("/"), path.split("/")[1]
        scope, kind = "/".join(words[:-1]), f"compute#{singular(collection)}"
        if collection.endswith("Operations"):
            if verb == "list":
                return self.reading.list("compute#operation", scope, "operations", self.operations.of_scope(scope), query)
            return self.operation(path).body
        if collection in ("regions", "zones"):
            known = list(getattr(self.reading, collection)(project))
            if verb == "list":
                return self.reading.list(kind, scope, collection, known, query)
            return next((item for item in known if item["selfLink"] == link(path)), None) or self.missing(path)
        if collection not in COMPLETE and collection not in READ_ONLY:
            raise refused("notImplemented", f"The simulator does not know {collection}.{verb}", 501)
        if verb == "list":
            return self.reading.list(kind, scope, collection, self.store.children(path), query)
        if verb == "aggregatedList":
            return self.reading.aggregated(project, collection, kind, query)
        if verb == "get":
            return self.store.shown(self.reading.with_subnetworks([self.store.get(path)])[0])
        raise refused("notImplemented", f"The simulator does not know {collection}.{verb}", 501)

    @staticmethod
    def missing(path):
        raise not_found(path)

    def operation(self, path):
        return self.operations.known.get(path) or self.missing(path)

    def wait(self, path, request):
        operation = self.operation(path.removesuffix("/wait"))
        self.operations.look()
        if not operation.is_done and request.waited < LONGEST_WAIT_SECONDS:
            raise Later(0.05)
        return operation.body

    def write(self, path, collection, verb, request):
        sent, failure = request.json() or {}, request.failure
        if verb == "insert":
            if collection == "instances":
                machines.check(self.store, self.accounts, path, sent)
            return self.writing.insert(collection, path, sent, failure)
        if verb in ("patch", "update"):
            return self.writing.change(collection, path, sent, failure, replaces=verb == "update")
        if verb == "delete":
            return self.writing.delete(collection, path, failure)
        if verb == "setLabels":
            return self.writing.set_labels(path.removesuffix("/setLabels"), sent, failure)
        if verb == "setPrivateIpGoogleAccess":
            return self.writing.set_private_access(path.rpartition("/")[0], sent, failure)
        raise refused("notImplemented", f"The simulator does not know {collection}.{verb}", 501)

    def counts(self):
        known = Counter(path.split("/")[-2] for path, body in self.store.objects.items() if not body.get("_dependent"))
        return dict(known) | self.gke.counts() | self.fleet.counts()

    def objects(self):
        return {path: {name: value for name, value in body.items() if "ingerprint" not in name and name[0] != "_"}
                for path, body in self.store.objects.items()} | self.gke.objects() | self.fleet.bindings

    def post_cluster(self, request):
        """Changes a cluster as people in the console, the autoscaler or GKE itself do; see gke/console.py. -> it"""
        return Response(200, console.change(self.gke, request.json()))

    def foreign(self, wanted):
        """{"subnetwork": "projects/p/regions/r/subnetworks/s"}: an instance in it."""
        _, project, _, region, *_ = wanted["subnetwork"].split("/")
        parent = f"projects/{project}/zones/{region}-{ZONES[region][0][-1]}/instances"
        body = {"name": wanted.get("name", "somebody-elses"), "networkInterfaces": [{"subnetwork": wanted["subnetwork"]}]}
        operation = self.writing.insert("instances", parent, body, None)
        del self.store.busy[operation.target]
        operation.finish()
        return {"id": operation.target, "kind": "instance"}

    def remove_foreign(self, identifier):
        self.store.remove(identifier)

    def post_machines(self, request):
        return Response(200, {"id": machines.change(self.store, self.accounts, request.json())})

    def credentials(self):
        return self.identity.account_key()
