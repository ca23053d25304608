"""Compares a request with its discovery document: path, query, body, types, enums, patterns, what is required."""
import re
from urllib.parse import unquote

from ..messages import Finding, warning
from ..names import did_you_mean
from . import description

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
LABEL = re.compile(r"[a-z0-9_-]{0,63}")
TYPES = {"object": dict, "array": list, "boolean": bool, "integer": int, "number": (int, float), "string": str}
LIMITS = {"int32": (-(2**31), 2**31 - 1), "uint32": (0, 2**32 - 1)}
LABELS = {"container": ".resourceLabels"}  # where Google Cloud's own labels are; elsewhere .labels
NO_WARNING_WHEN_SENT = ("fingerprint", "labelFingerprint", "kind", "selfLink")  # as read, in an update


class Check:
    def __init__(self, method, path_parameters):
        self.method, self.path_parameters, self.findings = method, path_parameters, []
        self.service = description.service_of(method)

    def error(self, where, message, code="invalid"):
        self.findings.append(Finding(where, message, code))

    def run(self, request):
        known = self.method.get("parameters", {})
        for name, value in self.path_parameters.items():
            pattern = known.get(name, {}).get("pattern")
            if pattern and not re.fullmatch(pattern, unquote(value)):
                self.error(name, f"Invalid value for field '{name}': '{value}'. Must be a match of regex '{pattern}'")
        self.query(request.pairs, known)
        self.body(request)
        return self.findings

    def query(self, pairs, known):
        allowed = description.document(self.service)["parameters"] | {
            name: shape for name, shape in known.items() if shape["location"] == "query"}
        for name, value in pairs:
            shape = allowed.get(name)
            if not shape:
                near = did_you_mean(name, allowed)
                self.error(name, f"Invalid JSON payload received. Unknown name \"{name}\": Cannot bind query parameter.{near}",
                           "badRequest")
            elif (shape.get("enum") and value not in shape["enum"]) or not re.fullmatch(
                    {"boolean": "true|false", "integer": r"\d+"}.get(shape["type"], ".*"), value, re.DOTALL):
                self.error(name, f"Invalid value at '{name}': '{value}'")
            elif name == "requestId" and (not UUID.fullmatch(value) or not set(value) - set("0-")):
                self.error(name, f"Invalid value for field 'requestId': '{value}'. A UUID that is not zero is expected.")
        given = dict(pairs)
        for name, shape in allowed.items():
            if shape.get("required") and name not in given:
                self.error(name, f"Required field '{name}' not specified", "required")
        if "requestId" in allowed and "requestId" not in given:
            self.findings.append(warning("requestId", "a change without requestId cannot be repeated safely"))

    def body(self, request):
        if "request" not in self.method:
            if request.body not in (b"", b"{}", b"null"):
                self.error("body", f"{self.method['id']} takes no body", "badRequest")
            return
        if "json" not in request.headers.get("content-type", ""):
            self.error("Content-Type", "application/json expected", "badRequest")
        try:
            value = request.json()
        except ValueError as error:
            return self.error("body", f"Parse Error: {error}", "parseError")
        self.value(self.method["request"], value, "resource")

    def value(self, node, value, where):
        shape = description.schema(self.service, node)
        kind = shape.get("type", "any")
        if kind == "any":
            return
        if value is None:
            return self.findings.append(warning(where, "null"))
        if kind == "string" and shape.get("format") in ("int64", "uint64") and type(value) is int:
            return self.findings.append(warning(where, "64-bit numbers are sent as strings"))
        if not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
            return self.error(where, f"Invalid value at '{where}' ({kind}), {str(value)[:60]!r}", "badRequest")
        getattr(self, kind, lambda *_: None)(shape, value, where)

    def object(self, shape, value, where):
        known, others = shape.get("properties", {}), shape.get("additionalProperties")
        for name, inner in value.items():
            path = f"{where}.{name}"
            if name in known:
                text = known[name].get("description", "")
                output = known[name].get("readOnly") or text.startswith("[Output Only]")
                if output and name not in NO_WARNING_WHEN_SENT:
                    self.findings.append(warning(path, "only in answers"))
                self.value(known[name], inner, path)
            elif others:
                self.value(others, inner, path)
                is_label = where.endswith(LABELS.get(self.service, ".labels"))
                if is_label and not (name and LABEL.fullmatch(name) and LABEL.fullmatch(str(inner))):
                    self.error(path, f"Invalid value for field '{path}': '{inner}'. Labels are of lower-case letters, "
                               "digits, _ and -, at most 63.")
            else:
                near = did_you_mean(name, known)
                self.error(path, f"Invalid JSON payload received. Unknown name \"{name}\" at '{where}': Cannot find field.{near}",
                           "badRequest")
        is_partial = self.method["id"].endswith((".patch", ".update"))
        for name, inner in known.items():
            if self.method["id"] in inner.get("annotations", {}).get("required", []) and name not in value and not is_partial:
                self.error(f"{where}.{name}", f"Required field '{where}.{name}' not specified", "required")

    def array(self, shape, value, where):
        for number, inner in enumerate(value):
            if inner is None:
                self.error(f"{where}[{number}]", f"Invalid value at '{where}[{number}]': null", "badRequest")
            self.value(shape["items"], inner, f"{where}[{number}]")

    def string(self, shape, value, where):
        if "enum" in shape and value not in shape["enum"]:
            self.error(where, f"Invalid value for field '{where}': '{value}'. It is one of {shape['enum'][:12]}")
        pattern = r"-?\d+" if shape.get("format") in ("int64", "uint64") else shape.get("pattern")
        if pattern and not re.fullmatch(pattern, value):
            self.error(where, f"Invalid value for field '{where}': '{value}'. Must be a match of regex '{pattern}'")

    def integer(self, shape, value, where):
        low, high = LIMITS.get(shape.get("format"), (value, value))
        if not low <= value <= high:
            self.error(where, f"Invalid value for field '{where}': '{value}'. Must be from {low} to {high}.")
