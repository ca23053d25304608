"""Google's own descriptions, all v1, of compute, dns, container, gkehub, iam and secretmanager: the discovery documents that
its Python client carries."""
import json
import os
import re
from functools import cache

import googleapiclient

FOLDER = os.path.join(os.path.dirname(googleapiclient.__file__), "discovery_cache/documents")
SERVICES = ("compute", "dns", "container", "gkehub", "iam", "secretmanager")
HAS_VERBS = SERVICES[2:]  # :setResourceLabels, behind the last part of a path


@cache
def document(service):
    with open(os.path.join(FOLDER, f"{service}.v1.json")) as file:
        return json.load(file)


def methods_of(resource):
    yield from resource.get("methods", {}).values()
    for inner in resource.get("resources", {}).values():
        yield from methods_of(inner)


def service_of(method):
    return method["id"].partition(".")[0]


@cache
def routes():
    """-> [(HTTP method, compiled path, description)]"""
    found = []
    for service in SERVICES:
        base = "/" + document(service)["servicePath"]
        for method in methods_of(document(service)):
            path = re.escape(base + method.get("flatPath", method["path"]))
            part = "[^/:]+" if service in HAS_VERBS else "[^/]+"
            path = re.sub(r"\\\{(\w+)\\\}", rf"(?P<\1>{part})", path)
            found.append((method["httpMethod"], re.compile(path + r"\Z"), method))
    return found


def method_for(verb, path):
    """-> (description, path parameters), or (None, verbs that the path has)"""
    verbs = set()
    for known, pattern, method in routes():
        if found := pattern.match(path):
            if known == verb:
                return method, found.groupdict()
            verbs.add(known)
    return None, sorted(verbs)


def schema(service, node):
    """`node` with its reference resolved; what stands beside the reference wins."""
    return {**document(service)["schemas"][node["$ref"]], **node} if "$ref" in node else node
