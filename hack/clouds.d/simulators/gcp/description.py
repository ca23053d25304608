"""Google's own description of compute v1: the discovery document that its Python client carries."""
import json
import os
import re
from functools import cache

import googleapiclient

FILE = os.path.join(os.path.dirname(googleapiclient.__file__), "discovery_cache/documents/compute.v1.json")


@cache
def document():
    with open(FILE) as file:
        return json.load(file)


def methods_of(resource):
    yield from resource.get("methods", {}).values()
    for inner in resource.get("resources", {}).values():
        yield from methods_of(inner)


@cache
def routes():
    """-> [(HTTP method, compiled path, description)]"""
    base, found = "/" + document()["servicePath"], []
    for method in methods_of(document()):
        path = re.escape(base + method.get("flatPath", method["path"]))
        path = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", path)
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


def schema(node):
    """`node` with its reference resolved; what stands beside the reference wins."""
    return {**document()["schemas"][node["$ref"]], **node} if "$ref" in node else node
