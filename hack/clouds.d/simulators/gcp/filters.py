"""The `filter` of lists: conditions that must all hold, written (field = value) (field eq "pattern") field:word."""
import re

from .store import refused

CONDITION = re.compile(r"""\s*(?:AND\s+)?(\()?\s*([\w.]+)\s*(!=|=|:|eq\b|ne\b)\s*("(?:[^"\\]|\\.)*"|[^\s()]+)\s*(?(1)\))""")


def field(body, name):
    for part in name.split("."):
        body = body.get(part) if isinstance(body, dict) else None
    return "" if body is None else str(body).lower() if isinstance(body, bool) else str(body)


def holds(actual, operator, wanted):
    if operator in ("eq", "ne"):
        return bool(re.fullmatch(wanted, actual)) == (operator == "eq")
    pattern = re.escape(wanted).replace(r"\*", ".*")
    if operator == ":":
        return bool(re.search(pattern, actual, re.IGNORECASE))
    return bool(re.fullmatch(pattern, actual)) == (operator == "=")


def parse(text):
    """-> a function that tells whether a body is wanted"""
    conditions, at = [], 0
    while at < len(text.rstrip()):
        found = CONDITION.match(text, at)
        if not found:
            raise refused("invalid", f"Invalid value for field 'filter': '{text}'. Invalid list filter expression.")
        _, name, operator, value = found.groups()
        value = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
        conditions.append((name, operator, value))
        at = found.end()
    return lambda body: all(holds(field(body, name), operator, value) for name, operator, value in conditions)
