"""The customizations for Argo CD, their test data, and the states that a status can be in."""
import copy
import os
import re

import yaml

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
FOLDER = os.path.join(ROOT, "manifests", "argocd", "resource_customizations", "cloudlinker.dev")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return file.read()


def load(*path):
    return yaml.load(read(*path), LOADER)


def kinds():
    """The kinds that have a CRD."""
    names = sorted(os.listdir(os.path.join(ROOT, "crds")))
    return [load("crds", name)["spec"]["names"]["kind"] for name in names if name.startswith("cloudlinker.dev_")]


def reasons():
    text = read("Sources/CloudLinkerAPI/Reasons.swift")
    return re.findall(r'^  case \w+ = "(\w+)"', text[text.index("enum Reason:"):], re.MULTILINE)


def with_ready(thing, status, reason, *true):
    """The object with this condition Ready, and the conditions named by `true`."""
    thing = copy.deepcopy(thing)
    conditions = [item for item in thing["status"]["conditions"] if item["type"] not in ("Ready", "Reconciling", "Stalled")]
    conditions.append({"type": "Ready", "status": status, "reason": reason, "message": f"because of {reason}"})
    conditions += [{"type": name, "status": "True", "reason": reason, "message": f"because of {reason}"} for name in true]
    thing["status"]["conditions"] = conditions
    return thing
