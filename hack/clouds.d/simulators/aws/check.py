"""Compares a request with botocore's model: operation, parameters, types, enums, bounds, what is required."""
import re
from base64 import b64decode
from binascii import Error as NotBase64

from ..messages import Finding, warning
from ..names import did_you_mean
from . import model

UNKNOWN, VALUE, MISSING = "UnknownParameter", "InvalidParameterValue", "MissingParameter"
SCALARS = {
    "boolean": r"true|false",
    "integer": r"-?\d+",
    "long": r"-?\d+",
    "float": r"-?\d+(\.\d+)?([eE][-+]?\d+)?",
    "double": r"-?\d+(\.\d+)?([eE][-+]?\d+)?",
    "timestamp": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*",
}


def nested(parameters):
    """{'Filter.1.Name': 'x'} -> {'Filter': {'1': {'Name': 'x'}}}"""
    root = {}
    for name, value in parameters.items():
        at, *rest = root, *name.split(".")
        for part in rest[:-1]:
            deeper = at.setdefault(part, {})
            if not isinstance(deeper, dict):
                deeper = at[part] = {"": deeper}
            at = deeper
        at[rest[-1]] = value
    return root


class Check:
    def __init__(self, service, action):
        self.operation, self.findings = model.operation(service, action), []
        self.protocol = model.service(service).metadata["protocol"]

    def error(self, where, message, code=VALUE):
        is_sts = self.protocol == "query"
        self.findings.append(Finding(where, message, "ValidationError" if is_sts and code == VALUE else code))

    def run(self, parameters):
        shape = self.operation.input_shape
        if shape:
            self.value(shape, nested(parameters), "")
        elif parameters:
            self.error(", ".join(parameters), "The operation takes no parameters.", UNKNOWN)
        return self.findings

    def value(self, shape, value, where):
        kind = shape.type_name
        if kind == "structure":
            self.structure(shape, value, where)
        elif kind == "list":
            self.list(shape, value, where)
        elif isinstance(value, dict):
            self.error(where, f"{kind} expected, got {sorted(value)[:4]} below it", UNKNOWN)
        else:
            self.scalar(shape, value, where)

    def structure(self, shape, value, where):
        if not isinstance(value, dict):
            return self.error(where, f"{shape.name} expected, got {value!r}")
        names = {model.parameter_name(self.protocol, name, member): (name, member)
                 for name, member in shape.members.items()}
        for name, inner in value.items():
            path = f"{where}.{name}".lstrip(".")
            if name in names:
                self.value(names[name][1], inner, path)
            else:
                self.error(path, f"The parameter {path} is not recognized{did_you_mean(name, names)}", UNKNOWN)
        for name, (member_name, member) in names.items():
            path = f"{where}.{name}".lstrip(".")
            if member_name in shape.required_members and value.get(name, "") == "":
                self.error(path, f"The request must contain the parameter {path}", MISSING)
            if member.metadata.get("idempotencyToken") and name not in value:
                self.findings.append(warning(path, "no idempotency token"))
        if shape.name == "Tag":
            self.tag(value, where)

    def tag(self, tag, where):
        name, value = str(tag.get("Key", "")), str(tag.get("Value", ""))
        if name.lower().startswith("aws:"):
            self.error(where, "Tag keys starting with 'aws:' are reserved for internal use")
        if not 1 <= len(name) <= 128 or len(value) > 256:
            self.error(where, f"Tag key of 1 to 128 and value of at most 256 characters expected: {name!r}")

    def list(self, shape, value, where):
        if self.protocol == "query" and not shape.serialization.get("flattened"):
            member = shape.member.serialization.get("name", "member")
            if not isinstance(value, dict) or set(value) != {member}:
                return self.error(where, f"A list is written {where}.{member}.N", UNKNOWN)
            value = value[member]
        if not isinstance(value, dict) or not all(key.isdigit() for key in value):
            return self.error(where, f"A list is written {where}.N", UNKNOWN)
        if sorted(map(int, value)) != list(range(1, len(value) + 1)):
            self.error(where, f"The numbers of a list go from 1 without gaps: {sorted(value)}")
        self.bounds(shape, len(value), where, "items")
        for key, inner in value.items():
            self.value(shape.member, inner, f"{where}.{key}")

    def scalar(self, shape, value, where):
        kind = shape.type_name
        if not re.fullmatch(SCALARS.get(kind, ".*"), value, re.DOTALL):
            return self.error(where, f"Invalid value '{value}' for {where}: {kind} expected")
        if kind in ("integer", "long"):
            self.bounds(shape, int(value), where, "value")
        elif kind == "blob":
            try:
                b64decode(value, validate=True)
            except NotBase64:
                self.error(where, f"Invalid value for {where}: base64 expected")
        elif kind == "string":
            self.bounds(shape, len(value), where, "length")
            if getattr(shape, "enum", None) and value not in shape.enum:
                self.error(where, f"Value ({value}) for parameter {where} is invalid; it is one of {shape.enum[:12]}")

    def bounds(self, shape, number, where, what):
        low, high = shape.metadata.get("min"), shape.metadata.get("max")
        if (low is not None and number < low) or (high is not None and number > high):
            self.error(where, f"Value ({number}) for parameter {where} is invalid: {what} from {low} to {high} expected")
