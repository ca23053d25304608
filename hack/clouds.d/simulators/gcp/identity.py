"""Tokens: for a service account's signed assertion, from the metadata server, for a foreign token (STS), and by
impersonation."""
import base64
import json
import re
import secrets
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from ..messages import Refusal, Response

ACCOUNT = "simulator@simulator-project.iam.gserviceaccount.com"
PROJECT = "simulator-project"
TOKEN_URL = "https://oauth2.googleapis.com/token"
ASSERTION = "urn:ietf:params:oauth:grant-type:jwt-bearer"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
IMPERSONATION = re.compile(r"/v1/projects/-/serviceAccounts/([^/:]+):generateAccessToken")
FLAVOR = {"Metadata-Flavor": "Google"}
PATHS = re.compile(r"/$|/token$|/v1/token$|/computeMetadata/|/v1/projects/-/")


def refused(error, message, status=400):
    raise Refusal(status, error, message, is_oauth=True)


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


class Identity:
    def __init__(self, settings):
        self.settings = settings
        self.first = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.reset()

    def reset(self):
        self.key = self.first
        self.tokens = {}  # -> time.time() of their end
        self.machines = {}  # token -> the service account of the machine that got it

    def account_key(self):
        """What a key.json of a service account holds."""
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return {"type": "service_account", "project_id": PROJECT, "private_key_id": "simulated", "client_email": ACCOUNT,
                "private_key": self.key.private_bytes(*form).decode(), "client_id": "1", "token_uri": TOKEN_URL}

    def end_sessions(self):
        self.tokens = {}

    def replace_key(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def issue(self, request=None):
        token = "ya29." + secrets.token_urlsafe(60)
        self.tokens[token] = (request.clock if request else time.time()) + self.settings.sessionSeconds
        return {"access_token": token, "expires_in": int(self.settings.sessionSeconds), "token_type": "Bearer"}

    def verify(self, request):
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.tokens.get(token, 0) <= request.clock:
            raise Refusal(401, "authError", "Request had invalid authentication credentials. Expected OAuth 2 access token.")

    def machine_of(self, request):
        """-> the service account of the machine that sends the request; None: the operator sends it, who may do everything."""
        return self.machines.get(request.headers.get("authorization", "").removeprefix("Bearer "))

    def answer(self, request):
        if request.path == "/":
            return Response(200, "computeMetadata/\n", FLAVOR)
        if request.path.startswith("/computeMetadata/"):
            return self.metadata(request)
        if IMPERSONATION.fullmatch(request.plain_path):
            self.verify(request)
            given = self.issue(request)
            end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(request.clock + given["expires_in"]))
            return Response(200, {"accessToken": given["access_token"], "expireTime": end})
        is_json = "json" in request.headers.get("content-type", "")
        form = request.json() if is_json else request.form
        return Response(200, (self.assertion if request.path == "/token" else self.exchange)(form, request))

    def assertion(self, form, request):
        if form.get("grant_type") != ASSERTION:
            refused("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type')}")
        try:
            signed, _, signature = form.get("assertion", "").rpartition(".")
            header, claims = (json.loads(decoded(part)) for part in signed.split("."))
            self.key.public_key().verify(decoded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            refused("invalid_grant", "Invalid JWT Signature.")
        except ValueError:
            refused("invalid_grant", "Invalid JWT: Failed audience check.")
        now, host = request.clock, request.headers["host"]
        if header.get("alg") != "RS256" or claims.get("iss") != ACCOUNT:
            refused("invalid_grant", "Invalid JWT: algorithm RS256 and the account's e-mail as issuer expected.")
        if claims.get("aud") not in (TOKEN_URL, f"http://{host}/token"):
            refused("invalid_grant", f"Invalid JWT: aud is not {TOKEN_URL}.")
        if not now - 300 <= claims.get("iat", 0) <= now + 300 or not now < claims.get("exp", 0) <= claims["iat"] + 3600:
            refused("invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable "
                    "timeframe. Check your iat and exp values in the JWT claim.")
        if not claims.get("scope"):
            refused("invalid_scope", "Empty or missing scope not allowed.")
        return self.issue(request)

    def exchange(self, form, request):
        needed = ("audience", "grant_type", "subject_token", "subject_token_type", "requested_token_type", "scope")
        if missing := [name for name in needed if not form.get(name)]:
            refused("invalid_request", f"Missing: {', '.join(missing)}")
        if form["grant_type"] != EXCHANGE or form["requested_token_type"] != ACCESS_TOKEN:
            refused("invalid_request", "Unsupported grant_type or requested_token_type")
        if len(form["subject_token"].split(".")) != 3:
            refused("invalid_grant", "The subject token is no JWT")
        return self.issue(request) | {"issued_token_type": ACCESS_TOKEN}

    def metadata(self, request):
        if request.headers.get("metadata-flavor") != "Google":
            return Response(403, "Missing Metadata-Flavor:Google header.")
        path = request.path.removeprefix("/computeMetadata/v1/")
        account = re.fullmatch(r"instance/service-accounts/(?:default|[^/]+@[^/]+)/(token|email|scopes)?", path)
        if account and account[1] == "token":
            given = self.issue(request)
            if self.settings.machineAccount:
                self.machines[given["access_token"]] = self.settings.machineAccount
            return Response(200, given, FLAVOR)
        info = {"aliases": ["default"], "email": ACCOUNT, "scopes": ["https://www.googleapis.com/auth/cloud-platform"]}
        pages = {"project/project-id": PROJECT, "instance/zone": "projects/1/zones/europe-west1-b"}
        body = pages.get(path) or (account and (ACCOUNT if account[1] == "email" else info))
        return Response(200, body, FLAVOR) if body else Response(404, "Not Found", FLAVOR)
