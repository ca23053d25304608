"""Twingate: what a request goes through."""
import os
import re

from graphql import GraphQLError, build_schema, execute_sync, parse, validate

from ..messages import Finding, Refusal, Response, warning
from .clock import Clock
from .console import Console
from .identity import Identity, needed
from .quota import Quota
from .reading import Reading
from .store import Store, Unparsable
from .switches import Switches
from .traffic import Dead, Doubled, Refused, Traffic
from .writing import Writing

NETWORK, SHARD = "acme", "acme.eu1.twingate.com"
APEX = f"{NETWORK}.twingate.com"
PATH, VALIDATE = "/api/graphql/", "/api/v4/connector/validate_tokens"
TEXTS = {401: "Authentication credentials were not provided.", 403: "You do not have permission to perform this action.",
         404: "Not Found", 429: "Request was throttled.", 500: "Internal Server Error"}


class Twingate:
    name = "twingate"
    make_settings = Switches
    schema = build_schema(open(os.path.join(os.path.dirname(__file__), "schema.graphql"), encoding="utf-8").read())

    def __init__(self, settings):
        self.settings, self.identity = settings, Identity()
        self.documents = {}
        self.reset()

    def reset(self):
        self.identity.reset()
        self.clock = Clock()
        self.store = Store(self.clock)
        self.console = Console(self.store)
        self.quota = Quota(self.settings, self.clock)
        default = self.store.add("SecurityPolicy", name="Default Policy", policyType="DEFAULT_RESOURCE")
        self.store.add("SecurityPolicy", name="Strict", policyType="RESOURCE")
        users = [self.console.act({"create": "User", "fields": {"email": f"{name}@acme.com"}})["id"]
                 for name in ("ann", "bob", "cem")]
        for name, kind in (("Everyone", "SYSTEM"), ("Developers", "MANUAL"), ("Contractors", "MANUAL"), ("Staff", "SYNCED")):
            self.console.act({"create": "Group", "fields": {"name": name, "type": kind, "users": list(users)}})
        self.reading = Reading(self.store, self.settings, default)
        self.writing = Writing(self.store, self.settings, self.reading)
        self.traffic = Traffic(self.store, self.reading)

    def code_for(self, status):
        return TEXTS.get(status, TEXTS[500])

    def refuse(self, request, refusal):
        if refusal.status == 404:
            return Response(404, "<html>Not Found</html>", {"Content-Type": "text/html"})
        headers = {}
        if refusal.details.get("retry_after") and self.settings.saysRetryAfter:
            headers["Retry-After"] = str(refusal.details["retry_after"])
        return Response(refusal.status, {"errors": [{"message": refusal.message}], "data": None}, headers)

    # Checking

    def check(self, request):
        """-> (operation, findings)"""
        if request.headers.get("x-sim-time"):
            self.clock.set(request.headers["x-sim-time"])
        host = request.headers.get("host", "").lower()
        request.host = host
        findings = []
        if request.headers.get("x-forwarded-proto", "https") != "https":
            findings.append(Finding("url", "not HTTPS", "not HTTPS"))
        if host == APEX:
            if "x-api-key" in request.headers or "authorization" in request.headers or request.body:
                findings.append(Finding("X-API-KEY", "the apex was shown a key", "the apex was shown a key"))
            return "apex", findings
        if host != SHARD:
            return "elsewhere", findings
        if request.path == VALIDATE:
            if "x-api-key" in request.headers:
                findings.append(Finding("X-API-KEY", "the key is not for this", "the key is not for this"))
            return "validateTokens", findings
        if request.path != PATH or request.method != "POST":
            return f"{request.method} {request.path}", findings + [
                Finding("path", f"no {request.method} {request.path}: there is POST {PATH}", TEXTS[404], 404)]
        operation, more = self.check_document(request)
        return operation, findings + more

    def check_document(self, request):
        try:
            sent = request.json()
            text = sent["query"]
            document = self.documents.get(text) or parse(text)
        except (ValueError, KeyError, TypeError) as error:
            return "graphql", [Finding("body", f"no GraphQL request: {error}", "Must provide query string.")]
        except GraphQLError as error:
            return "graphql", [Finding("query", error.message, error.message)]
        request.document, request.sent = document, sent
        root = document.definitions[0]
        fields = [selection.name.value for selection in root.selection_set.selections]
        findings = []
        if text not in self.documents:
            findings = [Finding("query", error.message, error.message) for error in validate(self.schema, document)]
            if not findings:
                self.documents[text] = document
        if "application/json" not in request.headers.get("content-type", ""):
            findings.append(Finding("Content-Type", "not application/json", "Must be application/json"))
        if root.operation.value == "mutation" and len(fields) > 1:
            findings.append(warning("query", "several mutations in one request: how they count is not known"))
        request.kind = "write" if root.operation.value == "mutation" else "read"
        request.fields, request.level = fields, max(needed(root.operation.value, field) for field in fields)
        return fields[0], findings

    # Answering

    def answer(self, request, operation):
        if operation == "apex":
            return Response(308, "", {"Location": f"https://{SHARD}{request.path}"})
        if operation == "elsewhere":
            if self.settings.unknownNetwork == "html":
                return Response(200, "<html>Twingate</html>", {"Content-Type": "text/html"})
            raise Refusal(404, TEXTS[404], TEXTS[404])
        self.store.expire()
        if operation == "validateTokens":
            return self.validate(request)
        key = request.headers.get("x-api-key", "")
        level = self.identity.level(key)
        if not level:
            raise Refusal(401, TEXTS[401], TEXTS[401])
        self.quota.count(key, request.kind, len(request.fields) if self.settings.countsFields else 1)
        if level < request.level:
            return self.too_low(request)
        if request.failure:
            return self.failing(request, request.failure)
        root = (self.writing if request.kind == "write" else self.reading).root()
        result = execute_sync(self.schema, request.document, root_value=root, variable_values=request.sent.get("variables"),
                              operation_name=request.sent.get("operationName"))
        body = {"data": result.data}
        if result.errors:
            body["errors"] = [{"message": self.message(error), "path": error.path} for error in result.errors]
        return Response(self.settings.errorStatus if result.errors else 200, body)

    @staticmethod
    def message(error):
        original = error.original_error
        if original and not isinstance(original, (Unparsable, GraphQLError)):
            raise original  # a mistake of the simulator
        return str(original or error.message)

    def too_low(self, request):
        how = self.settings.levelRefusal
        if how == "status":
            raise Refusal(403, TEXTS[403], TEXTS[403])
        return self.failing(request, {"code": how, "message": TEXTS[403]})

    def failing(self, request, failure):
        """How a request ends that was let in: "errors" at the top, ok: false in the "payload", "null", "html"."""
        selection = request.document.definitions[0].selection_set.selections[0]
        name = (selection.alias or selection.name).value
        code, message = failure.get("code", "errors"), failure.get("message", "Something went wrong")
        if code == "payload":
            return Response(200, {"data": {name: {"ok": False, "error": message, "entity": None}}})
        if code == "null":
            return Response(200, {"data": {name: None}})
        if code == "html":
            return Response(200, "<html>maintenance</html>", {"Content-Type": "text/html"})
        return Response(self.settings.errorStatus, {"data": None, "errors": [{"message": message, "path": [name]}]})

    def validate(self, request):
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        pair = {"accessToken": bearer, "refreshToken": request.json().get("refresh_token")}
        is_valid = any(item["_tokens"] == pair for item in self.store.of("Connector"))
        return Response(200 if is_valid else 401, {})

    # The control door

    def counts(self):
        return self.console.counts()

    def objects(self):
        return {identifier: {name: value for name, value in item.items() if name[0] != "_" or name == "__typename"}
                for identifier, item in self.store.objects.items()}

    def credentials(self):
        return {"network": NETWORK, "shard": SHARD} | self.identity.keys

    def foreign(self, wanted):
        return self.console.act({"create": "Group", "fields": wanted})

    def remove_foreign(self, identifier):
        self.store.remove(identifier)

    def post_validate(self, request):
        """{"query"} -> what is wrong with it by the schema."""
        return Response(200, [error.message for error in validate(self.schema, parse(request.json()["query"]))])

    def post_console(self, request):
        return Response(200, self.console.act(request.json()))

    def post_heartbeat(self, request):
        if request.headers.get("x-sim-time"):
            self.clock.set(request.headers["x-sim-time"])
        try:
            return Response(200, self.traffic.heartbeat(request.json()))
        except Dead as dead:
            return Response(410, {"error": str(dead)})
        except Doubled as doubled:
            return Response(409, {"error": str(doubled)})

    def post_call(self, request):
        """{"user": e-mail, "address", "port"} -> {"call": number}, or {"refused": why}"""
        wanted = request.json()
        try:
            return Response(200, {"call": self.traffic.call(wanted["user"], wanted["address"], wanted["port"])})
        except Refused as refused:
            return Response(200, {"refused": str(refused)})

    def get_call(self, request):
        """?number=N -> {} while it is under way, then {"connector", "answer"} or {"connector", "error"}"""
        return Response(200, self.traffic.calls[request.parameters["number"]])

    def post_called(self, request):
        """?number=N&connector=NAME&outcome=answer|error, with what came back as the body."""
        told = request.parameters
        self.traffic.report(told["number"], told["connector"], {told["outcome"]: request.body.decode("utf-8", "replace")})
        return Response(200, {})

    def get_issued(self, request):
        """Every token that a connector was ever given."""
        return Response(200, self.store.issued)
