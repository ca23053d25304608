"""The objects of all projects, by path (projects/p/global/networks/n), and who uses whom."""
import itertools
import random
import time

from ..indexed import Indexed
from ..messages import Refusal

LINKS = "https://www.googleapis.com/compute/v1/"  # in answers, wherever the client sent its request
ZONES = {region: [f"{region}-{letter}" for letter in letters] for region, letters in {
    "europe-west1": "bcd", "europe-west3": "abc", "europe-west4": "abc", "us-central1": "abcf", "us-east1": "bcd",
    "asia-east1": "abc"}.items()}
# Of objects whose own life depends on the object that they name, and which therefore do not keep it.
DEPENDENT = "_dependent"


def link(path):
    return LINKS + path


def path_of(reference, project):
    """-> the path that a full, partial or project-relative link names, or None."""
    if not isinstance(reference, str):
        return None
    start = reference.find("projects/")
    if start >= 0:
        return reference[start:]
    return f"projects/{project}/{reference}" if reference.startswith(("global/", "regions/", "zones/")) else None


def project_of(path):
    return path.split("/")[1]


def place_of(path):
    """-> project and collection"""
    words = path.split("/")
    return words[1], words[-2]


def singular(collection):
    return collection.removesuffix("es") if collection == "addresses" else collection.removesuffix("s")


def refused(reason, message, status=400):
    return Refusal(status, reason, message)


def not_found(path):
    return refused("notFound", f"The resource '{path}' was not found", 404)


def strings(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return itertools.chain.from_iterable(map(strings, value))
    return [value] if isinstance(value, str) else []


class Store:
    def __init__(self):
        self.objects, self.busy = Indexed(place_of), {}  # busy: path -> the operation under way
        self.addresses = itertools.count(2)

    def get(self, path):
        if path not in self.objects:
            raise not_found(path)
        return self.objects[path]

    def children(self, prefix):
        """Objects directly in a collection."""
        inside = self.all_of(project_of(prefix), prefix.rpartition("/")[2])
        return [body for path, body in inside if path.rpartition("/")[0] == prefix]

    def all_of(self, project, collection):
        return sorted(self.objects.of((project, collection)).items(), key=lambda item: item[0])

    def require(self, reference, project, field):
        """-> the path of what a field of a request names; it must be there and ready."""
        path = path_of(reference, project)
        if not path:
            raise refused("invalid", f"Invalid value for field '{field}': '{reference}'. The URL is malformed.")
        self.free(path)
        self.get(path)
        return path

    def free(self, path):
        operation = self.busy.get(path)
        if operation:
            raise refused("resourceNotReady", f"The resource '{path}' is not ready")

    def users(self, path):
        """Paths of objects that name `path` and keep it from being deleted."""
        wanted = link(path)
        return [other for other, body in sorted(self.objects.items())
                if other != path and not body.get(DEPENDENT)
                and wanted in strings({key: value for key, value in body.items() if key not in ("selfLink", "users")})]

    def remove(self, path):
        """With what depends on it, such as the routes that came with a network."""
        del self.objects[path]
        for other, body in list(self.objects.items()):
            if body.get(DEPENDENT) and link(path) in strings(body):
                del self.objects[other]

    def shown(self, body):
        return {key: value for key, value in body.items() if not key.startswith("_")}


def identity(kind, path):
    """What every object has."""
    words = path.split("/")
    body = {"kind": kind, "id": str(random.randrange(10**18, 10**19)), "name": words[-1], "selfLink": link(path)}
    body["creationTimestamp"] = now()
    if words[2] in ("regions", "zones"):
        body[words[2][:-1]] = link("/".join(words[:4]))
    return body


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%S.000-00:00", time.gmtime())
