"""Compares a JSON value with a shape of botocore's model: members, types, enums, bounds, patterns, what is required."""
import re

from ..messages import Finding, warning
from ..names import did_you_mean

TYPES = {"structure": dict, "map": dict, "list": list, "string": str, "boolean": bool, "integer": int, "long": int,
         "double": (int, float), "float": (int, float), "timestamp": (int, float, str), "blob": str}


class JSONCheck:
    def __init__(self, code):
        self.code, self.findings = code, []

    def error(self, where, message):
        self.findings.append(Finding(where, f"{where}: {message}" if where else message, self.code))

    def value(self, shape, value, where=""):
        kind = shape.type_name
        if not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
            return self.error(where, f"{kind} expected, got {type(value).__name__}")
        if kind in ("structure", "map", "list", "string"):
            getattr(self, kind)(shape, value, where)
        elif kind in ("integer", "long"):
            self.bounds(shape, value, where, "value")

    def structure(self, shape, value, where):
        for name, inner in value.items():
            path = f"{where}.{name}".lstrip(".")
            if name in shape.members:
                self.value(shape.members[name], inner, path)
            else:
                self.error(path, f"unknown member of {shape.name}{did_you_mean(name, shape.members)}")
        for name in shape.required_members:
            if name not in value:
                self.error(f"{where}.{name}".lstrip("."), "required, and missing")
        for name, member in shape.members.items():
            if member.metadata.get("idempotencyToken") and name not in value:
                self.findings.append(warning(f"{where}.{name}".lstrip("."), "no idempotency token"))

    def map(self, shape, value, where):
        self.bounds(shape, len(value), where, "entries")
        for name, inner in value.items():
            self.string(shape.key, name, f"{where}[{name}]")
            self.value(shape.value, inner, f"{where}[{name}]")
            if "tag" in shape.name.lower() and name.lower().startswith("aws:"):
                self.error(where, "tag keys that begin with aws: are reserved")

    def list(self, shape, value, where):
        self.bounds(shape, len(value), where, "items")
        for number, inner in enumerate(value):
            self.value(shape.member, inner, f"{where}[{number}]")

    def string(self, shape, value, where):
        self.bounds(shape, len(value), where, "length")
        if getattr(shape, "enum", None) and value not in shape.enum:
            self.error(where, f"{value!r} is not one of {shape.enum[:12]}")
        pattern = shape.metadata.get("pattern", "")
        if pattern.startswith("^") and not re.search(pattern, value):
            self.error(where, f"{value!r} does not match {pattern}")

    def bounds(self, shape, number, where, what):
        low, high = shape.metadata.get("min"), shape.metadata.get("max")
        if (low is not None and number < low) or (high is not None and number > high):
            self.error(where, f"{what} from {low} to {high} expected, got {number}")
