"""Azure's operations by path, and the fields of its models."""
import re
from functools import cache

from . import extraction

VERBS = {"GET": "read", "HEAD": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete", "POST": "action"}


@cache
def packages():
    return extraction.load()


@cache
def routes():
    """-> [(method, pattern without regard to case, pattern, operation, package)]"""
    found = []
    for package in packages():
        for operation in package["operations"]:
            path = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(operation["url"].partition("?")[0])) + r"/?\Z"
            path = re.sub(r"\(\?P<(scope|resourceUri)>\[\^/\]\+\)", r"(?P<\1>.+)", path)
            found.append((operation["method"], re.compile(path, re.IGNORECASE), re.compile(path), operation, package))
    return found


def operation_for(method, path):
    """-> (operation, package, path parameters, whether the case is as written), or (None, methods that the path has)"""
    matches = [(route, found) for route in routes() if (found := route[1].match(path))]
    own = [(route, found) for route, found in matches if route[0] == method]
    # One path in several operations: the more literal one.
    own.sort(key=lambda pair: len(pair[1].groupdict()))
    if not own:
        return None, sorted({route[0] for route, _ in matches})
    (_, _, exact, operation, package), found = own[0]
    return operation, package, found.groupdict(), bool(exact.match(path))


@cache
def fields(package_number, model):
    """-> {name: {type, required, readOnly}} with those of the bases"""
    models, found = packages()[package_number]["models"], {}
    for base in models[model]["bases"]:
        if base in models:
            found |= fields(package_number, base)
    return found | models[model]["fields"]


def permission(method, operation):
    """`Microsoft.Network/virtualNetworks/subnets/write`: what a role must allow for it."""
    path = operation["url"].partition("?")[0].strip("/").split("/")
    if "providers" in path:
        # `default` is the name of the only one.
        path = [part for part in path if part != "default"]
        # A role assignment is of whatever its scope is of, which says nothing about the permission.
        path = path[len(path) - path[::-1].index("providers"):]
    else:
        path = ["Microsoft.Resources", *path]
    return "/".join([part for part in path if not part.startswith("{")] + [VERBS[method]]).replace("resourcegroups", "resourceGroups")
