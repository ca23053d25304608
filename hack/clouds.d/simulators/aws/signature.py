"""Signature version 4, verified. https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html"""
import hashlib
import hmac
import re
import time
from calendar import timegm
from dataclasses import dataclass
from urllib.parse import quote

from ..messages import Refusal

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, ?"
    r"SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})")
SKEW_SECONDS = 300
NOT_VALID = "AWS was not able to validate the provided access credentials"
TOKEN_INVALID = "The security token included in the request is invalid."


@dataclass
class Credentials:
    secret: str
    token: str = ""
    expires: float = float("inf")  # time.time()


@dataclass
class Scope:
    key: str
    day: str
    region: str
    service: str


def encode(text):
    return quote(text, safe="-_.~")


def canonical_request(request, signed):
    query = "&".join(sorted(f"{encode(name)}={encode(value)}" for name, value in request.pairs))
    headers = "".join(f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in signed.split(";"))
    path = quote(request.path, safe="/-_.~") or "/"  # as sent, encoded once more
    body = hashlib.sha256(request.body).hexdigest()
    return "\n".join([request.method, path, query, headers, signed, body])


def signature(secret, scope, date, canonical):
    name = f"{scope.day}/{scope.region}/{scope.service}/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", date, name, hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + secret).encode()
    for part in [*name.split("/"), text]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key.hex()


def scope_of(request):
    """-> Scope, or None where the header is missing or malformed."""
    found = AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    return Scope(*found.groups()[:4]) if found else None


def wrong_clock(date, late, is_ec2):
    """EC2 says no more than of a wrong key; STS says what is wrong."""
    if is_ec2:
        return Refusal(401, "AuthFailure", NOT_VALID)
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    words = f"expired: {date} is now earlier than" if late > 0 else f"not yet current: {date} is still later than"
    return Refusal(403, "SignatureDoesNotMatch", f"Signature {words} {now} ({SKEW_SECONDS // 60} min.)")


def verify(request, known):
    """Raises Refusal as EC2 (401, AuthFailure) or STS (403, by cause) would. `known`: key id -> Credentials."""
    found = AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if not found:
        if "authorization" in request.headers:
            raise Refusal(400, "IncompleteSignature", "Authorization header is malformed.")
        raise Refusal(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
    scope, signed, given = Scope(*found.groups()[:4]), found[5], found[6]
    is_ec2 = scope.service == "ec2"
    names, date = signed.split(";"), request.headers.get("x-amz-date", "")
    needed = {"host", "x-amz-date"} | ({"x-amz-security-token"} & set(request.headers))
    if names != sorted(names) or needed - set(names):
        raise Refusal(400, "IncompleteSignature", f"SignedHeaders must be sorted and hold {sorted(needed)}: {signed}")
    try:
        sent = timegm(time.strptime(date, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        raise Refusal(400, "IncompleteSignature", f"Date in X-Amz-Date is malformed: {date!r}") from None
    if date[:8] != scope.day:
        raise Refusal(403, "SignatureDoesNotMatch", f"Date in Credential scope does not match X-Amz-Date: {date}")
    if abs(request.clock - sent) > SKEW_SECONDS:
        raise wrong_clock(date, request.clock - sent, is_ec2)
    credentials = known.get(scope.key)
    if not credentials or credentials.token != request.headers.get("x-amz-security-token", ""):
        raise Refusal(401, "AuthFailure", NOT_VALID) if is_ec2 else Refusal(403, "InvalidClientTokenId", TOKEN_INVALID)
    if time.time() >= credentials.expires:
        expired = "The security token included in the request is expired"
        raise Refusal(400, "RequestExpired", "Request has expired.") if is_ec2 else Refusal(403, "ExpiredToken", expired)
    canonical = canonical_request(request, signed)
    if not hmac.compare_digest(signature(credentials.secret, scope, date, canonical), given):
        message = f"The request signature we calculated does not match. The canonical string should have been\n{canonical}"
        raise Refusal(401, "AuthFailure", NOT_VALID) if is_ec2 else Refusal(403, "SignatureDoesNotMatch", message)
