"""What Twingate refuses in what it is sent; each in words as its clients have reported them, or like them."""
import ipaddress
import re

from .clock import seconds

OWN = ipaddress.ip_network("100.96.0.0/12")
LABEL = r"[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?"
HOUR, YEAR = 3600, 365 * 86400


class Refused(Exception):
    """ok: false, with this as the error."""


def name(value, limit=255):
    if not value or not value.strip() or len(value) > limit:
        raise Refused(f"Name must have 1 to {limit} characters")


def address(value):
    """-> its type"""
    try:
        network = ipaddress.ip_network(value)
    except ValueError as error:
        if re.fullmatch(r"[0-9./]+", value) or "host bits" in str(error):
            raise Refused("Invalid IP or FQDN") from None
    else:
        if network.version == 4 and network.overlaps(OWN) and network.prefixlen >= OWN.prefixlen:
            raise Refused("Invalid IP or FQDN: 100.96.0.0/12 is reserved")
        return "IP"
    if len(value) > 253 or not re.fullmatch(rf"({LABEL}|[a-zA-Z0-9_*?-]+)(\.({LABEL}|[a-zA-Z0-9_*?-]+))*", value):
        raise Refused("Invalid IP or FQDN")
    return "DNS"


def alias(value):
    if value and (not re.fullmatch(rf"{LABEL}(\.{LABEL})+", value) or value.endswith(".local")):
        raise Refused("Alias must be a valid domain name")


def protocols(value):
    """-> as Twingate keeps them: sorted and merged. Left out, everything is allowed."""
    everything = {"policy": "ALLOW_ALL", "ports": []}
    if value is None:
        return {"allowIcmp": True, "tcp": everything, "udp": dict(everything)}
    return {"allowIcmp": value["allowIcmp"]} | {
        name: ports(value.get(name) or everything) for name in ("tcp", "udp")}


def ports(protocol):
    given = protocol.get("ports") or []
    if given and protocol["policy"] == "ALLOW_ALL":
        raise Refused("Ports are not allowed with policy ALLOW_ALL")
    merged = []
    for wanted in sorted(given, key=lambda range: range["start"]):
        if not 1 <= wanted["start"] <= wanted["end"] <= 65535:
            raise Refused(f"Invalid port range {wanted['start']}-{wanted['end']}")
        if merged and wanted["start"] <= merged[-1]["end"] + 1:
            merged[-1]["end"] = max(merged[-1]["end"], wanted["end"])
        else:
            merged.append(dict(wanted))
    return {"policy": protocol["policy"], "ports": merged}


def tags(values):
    kept = {}
    for tag in values or []:
        key, value = tag["key"].strip(), tag["value"].strip()
        if not 1 <= len(key) <= 128 or not 1 <= len(value) <= 256:
            raise Refused(f"Tag {key}: a key has 1 to 128 characters and a value 1 to 256")
        if key.startswith("tg"):
            raise Refused(f"Tag {key}: the prefix tg is reserved")
        if key in kept:
            raise Refused(f"Tag {key} is there twice")
        kept[key] = value
    if len(kept) > 64:
        raise Refused("A resource has at most 64 tags")
    return [{"key": key, "value": value} for key, value in kept.items()]


def access_policy(value):
    if value is None:
        return None
    mode, duration = value["mode"], value.get("durationSeconds")
    if mode == "MANUAL" and duration is not None:
        raise Refused("durationSeconds is not allowed with mode MANUAL")
    if mode == "AUTO_LOCK" and duration is None:
        raise Refused("durationSeconds is required with mode AUTO_LOCK")
    if duration is not None and not HOUR <= duration <= YEAR:
        raise Refused("durationSeconds must be between 3600 and 31536000")
    return {"mode": mode, "durationSeconds": duration}


def expiry(value, now):
    if value is None:
        return None
    if not now + HOUR - 1 <= seconds(value) <= now + YEAR + 1:
        raise Refused("expiresAt must be between 1 hour and 1 year ahead")
    return value
