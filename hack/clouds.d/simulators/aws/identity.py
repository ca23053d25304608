"""Where temporary credentials come from: STS, the metadata of an instance (IMDSv2) and EKS Pod Identity."""
import base64
import json
import re
import secrets
import time
import xml.etree.ElementTree as xml
from urllib.parse import parse_qsl

from ..messages import Refusal, Response
from . import answers
from .signature import Credentials

ROLE = "simulated-role"
PATHS = re.compile(r"/latest/|/v1/credentials$")
UNSIGNED = ("AssumeRoleWithWebIdentity",)


def timestamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class Identity:
    def __init__(self, settings, key, secret):
        self.settings, self.first = settings, (key, secret)
        self.reset()

    def reset(self):
        self.key, self.secret = self.first
        self.known = {self.key: Credentials(self.secret)}
        self.metadata_tokens = {}  # -> when it expires

    def end_sessions(self):
        for credentials in self.known.values():
            if credentials.token:
                credentials.expires = 0

    def replace_key(self):
        del self.known[self.key]
        self.key, self.secret = f"AKIA{secrets.token_hex(8).upper()}", secrets.token_urlsafe(30)
        self.known[self.key] = Credentials(self.secret)

    def issue(self):
        key, expires = f"ASIA{secrets.token_hex(8).upper()}", time.time() + self.settings.sessionSeconds
        self.known[key] = Credentials(secrets.token_urlsafe(30), secrets.token_urlsafe(120), expires)
        return key, self.known[key]

    def answer(self, request):
        """Of the metadata service or of Pod Identity."""
        if request.path == "/v1/credentials":
            if not request.headers.get("authorization"):
                raise Refusal(400, "InvalidRequest", "No Authorization header")
            return Response(200, self.document({"AccountId": "123456789012"}))
        now, given = time.time(), request.headers
        if (request.method, request.path) == ("PUT", "/latest/api/token"):
            seconds = given.get("x-aws-ec2-metadata-token-ttl-seconds", "")
            if not seconds.isdigit() or not 1 <= int(seconds) <= 21600:
                return Response(400, "Bad Request")
            token = secrets.token_urlsafe(40)
            self.metadata_tokens[token] = now + int(seconds)
            return Response(200, token, {"X-Aws-Ec2-Metadata-Token-Ttl-Seconds": seconds})
        if self.metadata_tokens.get(given.get("x-aws-ec2-metadata-token"), 0) < now:
            return Response(401, "Unauthorized")
        folder = "/latest/meta-data/iam/security-credentials/"
        pages = {folder: ROLE, folder.rstrip("/"): ROLE, "/latest/meta-data/placement/region": "us-east-1"}
        if request.path in pages:
            return Response(200, pages[request.path], {"Content-Type": "text/plain"})
        if request.path == folder + ROLE:
            extra = {"Code": "Success", "Type": "AWS-HMAC", "LastUpdated": timestamp(now)}
            return Response(200, self.document(extra), {"Content-Type": "text/plain"})
        return Response(404, "Not Found")

    def document(self, extra):
        key, credentials = self.issue()
        return json.dumps(extra | {
            "AccessKeyId": key, "SecretAccessKey": credentials.secret, "Token": credentials.token,
            "Expiration": timestamp(credentials.expires)})

    def check_trust(self, parameters):
        if self.settings.externalID and parameters.get("ExternalId") != self.settings.externalID:
            raise Refusal(403, "AccessDenied", "User: arn:aws:iam::123456789012:user/operator is not authorized to perform: "
                          f"sts:AssumeRole on resource: {parameters.get('RoleArn')}")

    @staticmethod
    def check_web_identity(request):
        token = dict(parse_qsl(request.body.decode())).get("WebIdentityToken", "")
        try:
            header, payload, signature = token.split(".")
            claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
        except ValueError:
            raise Refusal(400, "InvalidIdentityToken", "The ID Token provided is not a valid JWT.") from None
        if claims.get("exp", 0) < time.time():
            raise Refusal(400, "ExpiredTokenException", f"Token expired: current date/time {int(time.time())} must be "
                          f"before the expiration date/time {claims.get('exp')}")

    def remember(self, response):
        """Takes note of what STS handed out, and shortens its life to the setting's."""
        root = xml.fromstring(response.body)
        key = answers.find(root, "AccessKeyId")
        if not key:
            return response
        life = min(self.settings.sessionSeconds, 43200)
        expires = time.time() + life
        self.known[key] = Credentials(
            answers.find(root, "SecretAccessKey"), answers.find(root, "SessionToken"), expires)
        next(part for part in root.iter() if answers.plain(part) == "Expiration").text = timestamp(expires)
        xml.register_namespace("", root.tag.rpartition("}")[0].lstrip("{"))
        return Response(200, xml.tostring(root, encoding="utf-8", xml_declaration=True), dict(answers.XML))
