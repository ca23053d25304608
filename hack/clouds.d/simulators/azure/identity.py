"""Tokens of Microsoft Entra: for a client's secret, for a federated token, and of a managed identity."""
import base64
import json
import re
import secrets
import time

from ..messages import Refusal, Response

TENANT = "11111111-1111-1111-1111-111111111111"
CLIENT = "22222222-2222-2222-2222-222222222222"
SUBSCRIPTION = "33333333-3333-3333-3333-333333333333"
SECRET = "simulator-secret"
FEDERATED = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKEN_PATH = re.compile(r"/([^/]+)/oauth2/v2\.0/token")
METADATA_PATH = "/metadata/identity/oauth2/token"


def refused(error, number, message, status=400):
    raise Refusal(status, error, f"AADSTS{number}: {message}", is_oauth=True, number=number)


def unauthorized(code, message):
    return Refusal(401, code, message)


class Identity:
    def __init__(self, settings):
        self.settings = settings
        self.reset()

    def reset(self):
        self.secret = SECRET
        self.tokens = {}  # -> time.time() of their end

    @staticmethod
    def owns(path):
        return path == METADATA_PATH or bool(TOKEN_PATH.fullmatch(path))

    def verify(self, request):
        given = request.headers.get("authorization", "")
        if not given:
            raise unauthorized("AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
        end = self.tokens.get(given.removeprefix("Bearer "))
        if end is None:
            raise unauthorized("InvalidAuthenticationToken", "The access token is invalid.")
        if end <= time.time():
            raise unauthorized("ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than current UTC time.")

    def end_sessions(self):
        self.tokens = dict.fromkeys(self.tokens, 0)

    def replace_key(self):
        self.secret = secrets.token_urlsafe(30)

    def issue(self):
        token = f"eyJ0eXAiOiJKV1QifQ.{secrets.token_urlsafe(90)}.{secrets.token_urlsafe(40)}"
        self.tokens[token] = time.time() + self.settings.sessionSeconds
        return token, int(self.settings.sessionSeconds)

    def answer(self, request):
        if request.path == METADATA_PATH:
            return self.metadata(request)
        form = request.form
        if TOKEN_PATH.fullmatch(request.path)[1].lower() != TENANT:
            refused("invalid_request", 90002, "Tenant not found. Check to make sure you have the correct tenant ID.")
        if form.get("grant_type") != "client_credentials":
            refused("unsupported_grant_type", 70003, f"The app requested an unsupported grant type {form.get('grant_type')!r}.")
        if not form.get("scope", "").endswith("/.default"):
            refused("invalid_scope", 70011, f"The provided value for scope {form.get('scope')!r} is not valid.")
        if form.get("client_id", "").lower() != CLIENT:
            refused("unauthorized_client", 700016, f"Application with identifier '{form.get('client_id')}' was not found.")
        if "client_assertion" in form:
            self.check_assertion(form)
        elif form.get("client_secret") != self.secret:
            refused("invalid_client", 7000215, "Invalid client secret provided.", 401)
        token, seconds = self.issue()
        return Response(200, {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token})

    @staticmethod
    def check_assertion(form):
        if form.get("client_assertion_type") != FEDERATED:
            refused("invalid_request", 900144, f"client_assertion_type must be {FEDERATED}.")
        try:
            _, payload, _ = form["client_assertion"].split(".")
            claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        except ValueError:
            refused("invalid_client", 50027, "JWT token is invalid or malformed.", 401)
        if claims.get("exp", float("inf")) <= time.time():
            refused("invalid_client", 700024, "Client assertion is not within its valid time range.", 401)

    def metadata(self, request):
        query = request.parameters
        if request.headers.get("metadata", "").lower() != "true":
            refused("invalid_request", 0, "Required metadata header not specified")
        if not query.get("api-version") or not query.get("resource"):
            refused("invalid_request", 0, "Required query variables api-version and resource are missing")
        token, seconds = self.issue()
        return Response(200, {
            "access_token": token, "client_id": query.get("client_id", CLIENT), "expires_in": str(seconds),
            "expires_on": str(int(time.time()) + seconds), "resource": query["resource"], "token_type": "Bearer"})
