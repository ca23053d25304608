"""Compares a request with what Azure's clients know: path, api-version, query, body."""
import re
from urllib.parse import unquote

from ..messages import Finding, warning
from ..names import did_you_mean
from . import description

SCALARS = {"str": str, "bool": bool, "int": int, "float": (int, float)}
EVERYWHERE = ("api-version", "$expand", "$top", "$filter", "$skiptoken")
FORMAT = "InvalidRequestFormat"


class Check:
    def __init__(self, operation, package, path_parameters):
        self.operation, self.parameters, self.findings = operation, path_parameters, []
        self.enums, self.models = package["enums"], package["models"]
        self.number = description.packages().index(package)

    def error(self, where, message, code=FORMAT, status=400):
        self.findings.append(Finding(where, message, code, status))

    def warn(self, where, message):
        self.findings.append(warning(where, message))

    def run(self, request):
        self.path()
        self.query(request)
        if self.operation.get("body"):
            self.body(request)
        elif request.body and request.method not in ("POST", "DELETE"):
            self.error("body", "no body expected")
        return self.findings

    def path(self):
        subscription = self.parameters.get("subscriptionId")
        if subscription is not None and not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", subscription):
            self.error("subscriptionId", f"The provided subscription identifier '{subscription}' is malformed or invalid.",
                       "InvalidSubscriptionId")
        group = unquote(self.parameters.get("resourceGroupName", "a"))
        if not re.fullmatch(r"[-\w.()]{1,90}(?<!\.)", group):
            self.error("resourceGroupName", f"Resource group name '{group}' is invalid.", "InvalidResourceGroup")
        for name, value in self.parameters.items():
            is_own = name not in ("subscriptionId", "resourceGroupName", "scope", "resourceUri")
            if is_own and not re.fullmatch(r"[a-zA-Z0-9]([\w.-]{0,78}\w)?", unquote(value)):
                self.error(name, f"Resource name {value} is invalid. The name can be up to 80 characters long. It must begin "
                           "with a word character, and it must end with a word character or with '_'.", "InvalidResourceName")

    def query(self, request):
        known = {name.lower() for name in self.operation["query"]} | set(EVERYWHERE)
        version = request.parameters.get("api-version")
        if not version:
            self.error("api-version", "The api-version query parameter (?api-version=) is required for all requests.",
                       "MissingApiVersionParameter")
        elif not re.fullmatch(r"20\d\d-\d\d-\d\d(-preview)?", version):
            self.error("api-version", f"The api-version '{version}' is invalid.", "InvalidApiVersionParameter")
        elif version != self.operation["version"]:
            self.warn("api-version", f"{version}, and this is checked against {self.operation['version']}")
        for name, _ in request.pairs:
            if name.lower() not in known:
                self.error(name, f"unknown query parameter{did_you_mean(name, self.operation['query'])}", "InvalidQueryParameter")

    def body(self, request):
        if "json" not in request.headers.get("content-type", ""):
            self.error("Content-Type", "The content media type is not supported. Only 'application/json' is supported.",
                       "UnsupportedMediaType", 415)
        try:
            body = request.json() if request.body else None
        except ValueError as error:
            return self.error("body", f"The request content was invalid and could not be deserialized: '{error}'",
                              "InvalidRequestContent")
        if not isinstance(body, dict):
            return self.error("body", f"The request content must be a {self.operation['body']}", "InvalidRequestContent")
        self.model(self.operation["body"], body, "")
        if request.method == "PUT" and "tags" in description.fields(self.number, self.operation["body"]) and not body.get("location"):
            self.error("location", "The location property is required for this definition.", "LocationRequired")
        if isinstance(body.get("tags"), dict):
            self.tags(body["tags"])

    def model(self, name, value, where):
        known = description.fields(self.number, name)
        for key, inner in value.items():
            path = f"{where}.{key}".lstrip(".")
            if key not in known:
                self.error(path, f"Could not find member '{key}' on object of type '{name}'. Path '{path}'."
                           f"{did_you_mean(key, known)}")
            elif known[key]["readOnly"]:
                self.warn(path, "read-only: Azure ignores it")
            else:
                self.value(known[key]["type"], inner, path)
        for key, field in known.items():
            if field["required"] and not field["readOnly"] and value.get(key) is None:
                self.error(f"{where}.{key}".lstrip("."), f"Required property '{key}' not found in JSON. Path '{where}'.")

    def value(self, kind, value, where):
        if value is None:
            return
        if isinstance(kind, str):
            expected = SCALARS.get(kind)
            if expected and (not isinstance(value, expected) or (isinstance(value, bool) and kind != "bool")):
                self.error(where, f"Error converting value {str(value)[:60]!r} to type '{kind}'. Path '{where}'.")
        elif "list" in kind:
            if not isinstance(value, list):
                return self.error(where, f"Cannot deserialize {type(value).__name__}: an array is expected. Path '{where}'.")
            for number, inner in enumerate(value):
                if inner is None:
                    self.error(f"{where}[{number}]", f"null is no element. Path '{where}[{number}]'.")
                self.value(kind["list"], inner, f"{where}[{number}]")
        elif "map" in kind or kind["ref"] in self.models:
            if not isinstance(value, dict):
                return self.error(where, f"Error converting value {str(value)[:60]!r}: an object is expected. Path '{where}'.")
            if "map" in kind:
                for name, inner in value.items():
                    self.value(kind["map"], inner, f"{where}.{name}")
            else:
                self.model(kind["ref"], value, where)
        elif kind["ref"] in self.enums:
            known = self.enums[kind["ref"]]
            if str(value).lower() not in map(str.lower, known):
                self.error(where, f"Error converting value {value!r} to type '{kind['ref']}'; there are {known[:12]}. Path '{where}'.")
            elif value not in known:
                self.warn(where, f"{value!r} is written otherwise: {known[:12]}")

    def tags(self, tags):
        if len(tags) > 50:
            self.error("tags", f"The number of tags {len(tags)} exceeds 50.", "TooManyTags")
        if len({name.lower() for name in tags}) < len(tags):
            self.error("tags", "Tag names are one whatever their case, and given once.", "InvalidTagNames")
        for name, value in tags.items():
            if re.search(r"[<>%&\\?/\x00-\x1f]", name):
                self.error("tags", f"The tag names '{name}' have reserved characters '<,>,%,&,\\,?,/' or control characters.",
                           "InvalidTagNameCharacters")
            if len(name) > 512 or len(str(value)) > 256:
                self.error("tags", f"The tag '{name[:40]}' has a name over 512 or a value over 256 characters.", "InvalidTagLength")
