"""API keys of the three levels, and connectors' tokens."""
import base64
import json
import secrets

READ, WRITE, PROVISION = 1, 2, 3
NAMES = {"read": READ, "readWrite": WRITE, "provision": PROVISION}
NEEDS_PROVISION = ("connectorGenerateTokens", "serviceAccountKeyCreate", "serviceAccountKeyRevoke", "serviceAccountKeyDelete")


def needed(operation_type, field):
    if field in NEEDS_PROVISION:
        return PROVISION
    return WRITE if operation_type == "mutation" else READ


class Identity:
    def __init__(self):
        self.first = {name: "tw-" + name + "-" + secrets.token_urlsafe(48) for name in NAMES}
        self.reset()

    def reset(self):
        self.keys = dict(self.first)

    def replace_key(self):
        self.keys = {name: "tw-" + name + "-" + secrets.token_urlsafe(48) for name in NAMES}

    def end_sessions(self):
        """Keys do not expire."""

    def level(self, key):
        return next((NAMES[name] for name, known in self.keys.items() if known == key), 0)


def connector_token(identifier, kind):
    """Shaped as a JWT."""
    part = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
    claims = {"sub": identifier, "typ": kind, "jti": secrets.token_hex(8)}
    return f"{part({'alg': 'ES256'})}.{part(claims)}.{secrets.token_urlsafe(64)}"
