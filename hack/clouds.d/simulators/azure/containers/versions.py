"""Minors of Kubernetes as AKS offers them, and where an upgrade may lead."""
from ...messages import Refusal

OFFERED = ("1.32", "1.33", "1.34", "1.35")


def minor(version):
    return int(version.split(".")[1])


def patch(version):
    """An alias is a minor, and means its newest patch."""
    if ".".join(version.split(".")[:2]) not in OFFERED:
        raise Refusal(400, "K8sVersionNotSupported", f"Managed cluster is on version {version}, which is not supported in this region. "
                      "Please use [az aks get-versions] command to get the supported version list in this region.")
    return version if version.count(".") == 2 else f"{version}.2"


def following(version):
    """Minors that a control plane of this version can be upgraded to."""
    return [offered for offered in OFFERED if minor(offered) == minor(version) + 1]


def check_upgrade(old, new, name):
    if minor(new) < minor(old) or minor(new) > minor(old) + 1:
        raise Refusal(400, "OperationNotAllowed", f"Upgrading Kubernetes version {old} of {name} to {new} is not allowed. Available "
                      f"upgrades: [{' '.join(following(old))}]. Please see https://aka.ms/aks-supported-k8s-ver for version details.")
