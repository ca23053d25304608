"""Objects as `helm template` and `kubectl kustomize` print them."""
import json
import os
import re
import subprocess

import yaml

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
CHART = os.path.join(ROOT, "manifests", "charts", "cloudlinker-operator")
NAMESPACE = "cloudlinker-system"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Refused(Exception):
    """Helm refused values; its text is what a user reads."""


def parse(text):
    return [document for document in yaml.load_all(text, LOADER) if document]


def key(thing):
    metadata = thing["metadata"]
    return thing["kind"], metadata.get("namespace", ""), metadata["name"]


def template(values=None, *arguments):
    """The chart's objects. `values`: a tree of values, or nothing."""
    command = ["helm", "template", "cloudlinker", CHART, "--namespace", NAMESPACE, *arguments, "--values", "-"]
    done = subprocess.run(command, input=json.dumps(values or {}), capture_output=True, text=True)
    if done.returncode:
        raise Refused(done.stderr)
    return Rendering(parse(done.stdout))


def kustomize(folder):
    text = subprocess.run(
        ["kubectl", "kustomize", os.path.join(ROOT, folder)], check=True, capture_output=True, text=True
    ).stdout
    return Rendering(parse(text))


class Rendering:
    def __init__(self, things):
        self.all = things

    def find(self, kind, name, namespace=None):
        """The object, or None."""
        for thing in self.all:
            if key(thing)[0] == kind and key(thing)[2] == name and namespace in (None, key(thing)[1]):
                return thing
        return None

    @property
    def deployment(self):
        return self.find("Deployment", "cloudlinker-operator")

    @property
    def pod(self):
        return self.deployment["spec"]["template"]["spec"]

    @property
    def container(self):
        return self.pod["containers"][0]

    @property
    def flags(self):
        return self.container["args"]

    @property
    def test_pod(self):
        return self.find("Pod", "cloudlinker-operator-test")["spec"]

    @property
    def classes(self):
        return (self.find("ConfigMap", "cloudlinker-gateway-classes") or {}).get("data", {})

    @property
    def runbooks(self):
        alerts = self.find("PrometheusRule", "cloudlinker")
        rules = [rule for group in alerts["spec"]["groups"] for rule in group["rules"]] if alerts else []
        return [rule["annotations"]["runbook_url"] for rule in rules]


def leaves(tree, path=""):
    """Path and value of every leaf; an empty map is one."""
    if isinstance(tree, dict) and tree:
        for name, value in tree.items():
            yield from leaves(value, f"{path}.{name}" if path else name)
    else:
        yield path, tree


def nested(path, value):
    """{"a": {"b": value}} of "a.b"."""
    for name in reversed(path.split(".")):
        value = {name: value}
    return value


def values():
    with open(os.path.join(CHART, "values.yaml"), encoding="utf-8") as file:
        return yaml.load(file, LOADER)


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def flags_of_the_operator():
    return set(re.findall(r'case "--([a-z-]+)"', read("Sources/cloudlinker-operator/Flags.swift")))
