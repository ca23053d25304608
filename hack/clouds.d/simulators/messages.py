"""What a simulator is asked and what it answers, free of sockets."""
import json
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote


def without_nulls(value):
    """A field that is null is a field that is not there."""
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value


@dataclass
class Request:
    method: str
    path: str  # as sent: still percent-encoded
    query: str
    headers: dict  # names in lower case
    body: bytes
    failure: dict | None = None  # {code, message}: accepted now, this is how it ends
    waited: float = 0  # seconds, by Later
    arrived: float = field(default_factory=time.time)

    @property
    def pairs(self):
        return parse_qsl(self.query, keep_blank_values=True)

    @property
    def parameters(self):
        return dict(self.pairs)

    @property
    def form(self):
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @property
    def plain_path(self):
        return unquote(self.path)

    @property
    def clock(self):
        """Seconds since 1970 at the client, where a test's virtual clock says so."""
        return float(self.headers.get("x-sim-time", time.time()))

    def json(self):
        return json.loads(self.body or b"{}")


@dataclass
class Response:
    status: int = 200
    body: bytes | str | dict = b""
    headers: dict = field(default_factory=dict)

    def encoded(self):
        """-> (headers, bytes)"""
        headers, body = dict(self.headers), self.body
        if isinstance(body, (dict, list)):
            headers.setdefault("Content-Type", "application/json; charset=utf-8")
            body = json.dumps(body)
        return headers, body.encode() if isinstance(body, str) else body


class Refusal(Exception):
    """What the vendor answers instead of doing it; each simulator puts it into its vendor's format."""

    def __init__(self, status, code, message, **details):
        super().__init__(f"{code}: {message}")
        self.status, self.code, self.message, self.details = status, code, message, details


class Later(Exception):
    """Nothing to say yet: the simulator is to be asked again after so many seconds, and others may go on meanwhile."""

    def __init__(self, seconds):
        self.seconds = seconds


@dataclass
class Finding:
    """Something in a request that disagrees with the vendor's description. An error is refused, a warning is noted."""

    where: str
    message: str
    code: str = ""
    status: int = 400
    is_error: bool = True

    def refusal(self):
        return Refusal(self.status, self.code, self.message)

    def as_json(self):
        return {"severity": "error" if self.is_error else "warning", "where": self.where, "message": self.message}


def warning(where, message):
    return Finding(where, message, is_error=False)
