"""The `filter` of lists: conditions that must all hold, written (field = value) (field eq "pattern") field:word."""
import re

from .store import refused

CONDITION = re.compile(r"""\s*(?:AND\s+)?(\()?\s*([\w.-]+)\s*(!=|=|:|eq\b|ne\b)\s*("(?:[^"\\]|\\.)*"|[^\s()]+)\s*(?(1)\))""")


def field(body, name):
    for part in name.split("."):
        body = body.get(part) if isinstance(body, dict) else None
    return "" if body is None else str(body).lower() if isinstance(body, bool) else str(body)


def test(operator, wanted):
    """-> a function that tells whether a text fits"""
    if operator in ("eq", "ne"):
        pattern = re.compile(wanted)
        return lambda text: bool(pattern.fullmatch(text)) == (operator == "eq")
    pattern = re.compile(re.escape(wanted).replace(r"\*", ".*"), re.IGNORECASE if operator == ":" else 0)
    if operator == ":":
        return lambda text: bool(pattern.search(text))
    return lambda text: bool(pattern.fullmatch(text)) == (operator == "=")


def parse(text):
    """-> a function that tells whether a body is wanted"""
    conditions, at = [], 0
    try:
        while at < len(text.rstrip()):
            found = CONDITION.match(text, at)
            _, name, operator, value = found.groups()
            at = found.end()
            value = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
            conditions.append((name, test(operator, value)))
    except (AttributeError, re.error):
        raise refused("invalid", f"Invalid value for field 'filter': '{text}'. Invalid list filter expression.") from None
    return lambda body: all(fits(field(body, name)) for name, fits in conditions)
