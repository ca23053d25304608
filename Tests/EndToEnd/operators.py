"""The operator's Deployment, and copies of it that look after one namespace."""
import copy
import json

import cluster
from cluster import get, kubectl, wait_until
from diagnosis import OPERATOR, SYSTEM

NAME = "cloudlinker-operator"


def roll_out(name=NAME):
    kubectl("-n", SYSTEM, "rollout", "status", f"deployment/{name}", "--timeout=60s", timeout=70)


def scale(replicas):
    """The installed operator's replicas; returns when that many pods exist and are ready."""
    kubectl("-n", SYSTEM, "scale", f"deployment/{NAME}", f"--replicas={replicas}")
    wait_until(f"{replicas} operators run", lambda: len(cluster.items("pods", SYSTEM, OPERATOR)) == replicas, 60)
    roll_out()


def kill():
    kubectl("-n", SYSTEM, "delete", "pod", "-l", OPERATOR, "--grace-period=0", "--force")
    roll_out()


def confined(namespace):
    """A Deployment like the installed operator's that looks after `namespace` only, and the right to its own Lease."""
    name = f"{NAME}-{namespace}"
    installed = get("deployment", NAME, SYSTEM)
    spec = copy.deepcopy(installed["spec"])
    own = {"cloudlinker-e2e": namespace}
    spec["replicas"] = 1
    spec["selector"]["matchLabels"].update(own)
    spec["template"]["metadata"]["labels"].update(own)
    spec["template"]["spec"]["containers"][0]["args"].append(f"--namespace={namespace}")
    metadata = {"name": name, "namespace": SYSTEM}
    rule = {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "resourceNames": [name],
            "verbs": ["get", "update", "patch"]}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name}
    subject = {"kind": "ServiceAccount", "name": NAME, "namespace": SYSTEM}
    rbac = "rbac.authorization.k8s.io/v1"
    return [{"apiVersion": rbac, "kind": "Role", "metadata": metadata, "rules": [rule]},
            {"apiVersion": rbac, "kind": "RoleBinding", "metadata": metadata, "roleRef": role, "subjects": [subject]},
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}]


def lease_holder(name):
    return ((get("lease", name, SYSTEM) or {}).get("spec") or {}).get("holderIdentity")


def rendered(folder):
    """The objects of a kustomization."""
    text = kubectl("create", "--dry-run=client", "--validate=false", "-o", "json", "-k", folder)
    decoder, objects, position = json.JSONDecoder(), [], 0
    while position < len(text.rstrip()):
        value, position = decoder.raw_decode(text, position + len(text[position:]) - len(text[position:].lstrip()))
        objects += value["items"] if value["kind"] == "List" else [value]
    return objects
