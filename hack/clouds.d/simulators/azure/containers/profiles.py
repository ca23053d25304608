"""What AKS refuses of an agent pool, and what it fills in."""
import re

from ...messages import Refusal
from ..kinds import REGIONS
from ..store import etag

NAME = re.compile(r"[a-z][a-z0-9]{0,11}")
TAINT = re.compile(r"([a-z0-9A-Z./_-]+)=([\w.-]*):(NoSchedule|NoExecute|PreferNoSchedule)")
SPOT = "kubernetes.azure.com/scalesetpriority"


def wrong(message, code="InvalidParameter"):
    return Refusal(400, code, message)


def is_system(profile):
    return profile.get("mode") == "System"


def check_system(profiles, identifier):
    if not any(map(is_system, profiles)):
        raise wrong(f"There has to be at least one system agent pool in {identifier}. Please see "
                    "https://aka.ms/aks/system-node-pool.", "BadRequest")


def check_pool(store, profile, location):
    name = profile.get("name", "")
    if not NAME.fullmatch(name):
        raise wrong(f"The value of parameter agentPoolProfile.name {name!r} is invalid: lower-case letters and digits, at most 12, "
                    "the first one a letter.")
    subnet = profile.get("vnetSubnetID")
    if subnet and not store.find(subnet):
        raise wrong(f"Subnet {subnet} of agent pool {name} was not found.", "SubnetNotFound")
    if set(profile.get("availabilityZones") or []) - set(REGIONS[location]):
        raise wrong(f"Agent pool {name} cannot be in zones {profile['availabilityZones']}: {location} has {REGIONS[location]}.",
                    "AvailabilityZoneNotSupported")
    low, high, count = profile.get("minCount"), profile.get("maxCount"), profile.get("count", 0)
    if profile.get("enableAutoScaling"):
        if low is None or high is None or high < 1 or not low <= high:
            raise wrong(f"Agent pool {name} scales from {low} to {high}: maxCount is 1 or more, and no less than minCount.")
        if not low <= count <= high:
            raise wrong(f"Agent pool {name} has count {count}, outside of {low} to {high}.")
    elif low is not None or high is not None:
        raise wrong(f"Agent pool {name} has minCount or maxCount without enableAutoScaling.")
    if is_system(profile):
        if (low if profile.get("enableAutoScaling") else count) < 1:
            raise wrong(f"System agent pool {name} must have at least one node.")
        if profile.get("scaleSetPriority") == "Spot":
            raise wrong(f"System agent pool {name} cannot be of Spot machines.")
        hard = [taint for taint in profile.get("nodeTaints") or []
                if not taint.endswith(":PreferNoSchedule") and not taint.startswith("CriticalAddonsOnly=")]
        if hard:
            raise wrong(f"System agent pool {name} cannot have taints {hard}.")
    for taint in profile.get("nodeTaints") or []:
        if not TAINT.fullmatch(taint):
            raise wrong(f"Taint {taint!r} of agent pool {name} is not KEY=VALUE:EFFECT.")
    for label in profile.get("nodeLabels") or {}:
        domain = label.partition("/")[0] if "/" in label else ""
        if domain.endswith("kubernetes.azure.com") and label != SPOT:
            raise wrong(f"Label {label} of agent pool {name} has a reserved prefix.")


def complete_pool(profile, version):
    pool = {"osType": "Linux", "osSKU": "Ubuntu", "osDiskSizeGB": 128, "osDiskType": "Managed", "kubeletDiskType": "OS", "maxPods": 250,
            "type": "VirtualMachineScaleSets", "enableNodePublicIP": False, "enableFIPS": False, "mode": "User", "count": 1,
            "upgradeSettings": {"maxSurge": "10%"}, "powerState": {"code": "Running"}, "enableAutoScaling": False,
            "nodeImageVersion": "AKSUbuntu-2204gen2containerd-202611.01.0"} | profile
    pool["orchestratorVersion"] = profile.get("orchestratorVersion", version)
    pool["currentOrchestratorVersion"] = version if pool["orchestratorVersion"].count(".") == 1 else pool["orchestratorVersion"]
    if pool.get("scaleSetPriority") == "Spot":
        taints = pool.get("nodeTaints") or []
        pool["nodeTaints"] = taints + [f"{SPOT}=spot:NoSchedule"] * (f"{SPOT}=spot:NoSchedule" not in taints)
        pool["nodeLabels"] = (pool.get("nodeLabels") or {}) | {SPOT: "spot"}
    return pool | {"provisioningState": "Creating", "eTag": etag()}
