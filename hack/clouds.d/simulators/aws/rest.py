"""Requests in REST-JSON: which operation they are, what they say, and what botocore's model has against it."""
import re
from functools import cache
from urllib.parse import unquote

from ..messages import Finding
from . import model
from .json_check import JSONCheck

LABEL = re.compile(r"\\\{(\w+)\\\}")


@cache
def routes(service):
    """-> [(method, pattern, operation)]; the pattern with the most fixed text first."""
    found = []
    for name in model.service(service).operation_names:
        operation = model.operation(service, name)
        path = operation.http["requestUri"].partition("?")[0]
        pattern = re.compile(LABEL.sub(r"(?P<\1>[^/]+)", re.escape(path)))
        found.append((-len(re.sub(r"{\w+}", "", path)), operation.http["method"], pattern, operation))
    return sorted(found, key=lambda route: route[0])


def matched(service, request):
    for _, method, pattern, operation in routes(service):
        if request.method == method and (found := pattern.fullmatch(request.path)):
            return operation, {name: unquote(value) for name, value in found.groupdict().items()}
    return None, {}


def members(shape, location):
    """{name on the wire: name of the member}"""
    return {member.serialization.get("name", name): name for name, member in shape.members.items()
            if member.serialization.get("location") == location} if shape else {}


def read(service, request):
    """-> (OperationModel or None, everything that the request says by the names of its members, body, strange names)"""
    operation, in_path = matched(service, request)
    if not operation:
        return None, {}, None, []
    shape = operation.input_shape
    labels, queries = members(shape, "uri"), members(shape, "querystring")
    said = {labels[name]: value for name, value in in_path.items()}
    strange = []
    for name, value in request.pairs:
        if name not in queries:
            strange.append(name)
            continue
        member = shape.members[queries[name]]
        if member.type_name == "list":
            said.setdefault(queries[name], []).append(value)
        else:
            kinds = {"integer": int, "boolean": "true".__eq__}
            said[queries[name]] = kinds.get(member.type_name, str)(value)
    body = request.json() if request.body else {}
    if isinstance(body, dict):
        said |= {name: value for name, value in body.items() if name not in said}
    return operation, said, body, strange


def check(service, request):
    """-> (operation, findings)"""
    try:
        operation, said, body, strange = read(service, request)
    except ValueError as error:
        return f"{service}:{request.method} {request.path}", [Finding("", str(error), "SerializationException")]
    if not operation:
        name = f"{service}:{request.method} {request.path}"
        return name, [Finding("path", f"no operation {request.method} {request.path}", "UnknownOperationException", 404)]
    check = JSONCheck("InvalidParameterException")
    if isinstance(body, dict):
        for name in set(body) & {member for place in ("uri", "querystring") for member in members(operation.input_shape, place).values()}:
            check.error(name, "belongs into the path or the query")
        check.value(operation.input_shape, said)
    else:
        check.error("", "an object expected")
    for name in strange:
        check.error(name, "unknown query parameter")
    return f"{service}:{operation.name}", check.findings
