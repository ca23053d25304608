"""What versions GKE offers, and what an alias stands for."""
from .refusals import unfit, wrong

OFFERED = {"1.33": ["1.33.5-gke.1308000", "1.33.4-gke.1245000"], "1.34": ["1.34.1-gke.2037000", "1.34.0-gke.1709000"],
           "1.35": ["1.35.0-gke.1110000"], "1.36": ["1.36.0-gke.1041000"]}
CHANNELS = {"RAPID": ["1.34", "1.35", "1.36"], "REGULAR": ["1.33", "1.34", "1.35"], "STABLE": ["1.33", "1.34"],
            "EXTENDED": ["1.33", "1.34", "1.35"]}
# How many minors nodes may be behind the control plane.
SKEW = 2


def minor(version):
    return int(version.split(".")[1])


def channel_of(shown):
    return shown.get("releaseChannel", {}).get("channel", "REGULAR")


def resolve(text, shown):
    """-> the version that a version or an alias names in the cluster's channel"""
    offered = [version for name in CHANNELS[channel_of(shown)] for version in OFFERED[name]]
    fits = [version for version in offered if version == text or version.startswith((f"{text}.", f"{text}-"))]
    if not fits or text.startswith("v"):
        raise wrong(f"Master version \"{text}\" is unsupported.")
    return fits[0]


def check_upgrade(shown, version):
    """A control plane goes up one minor at a time and never down, and not too far ahead of its nodes."""
    now = shown["currentMasterVersion"]
    if minor(version) < minor(now):
        raise unfit(f"Master cannot be downgraded from {now} to {version}.")
    if minor(version) > minor(now) + 1:
        raise unfit(f"Master cannot be upgraded from {now} to {version}: only one minor version at a time is allowed.")
    for pool in shown["nodePools"]:
        if minor(version) > minor(pool["version"]) + SKEW:
            raise unfit(f"Node pool {pool['name']} at {pool['version']} is too old for a master of {version}.")


def server_config():
    offered = [version for versions in OFFERED.values() for version in versions]
    channels = [{"channel": name, "defaultVersion": OFFERED[minors[0]][0],
                 "validVersions": [version for one in reversed(minors) for version in OFFERED[one]]}
                for name, minors in CHANNELS.items()]
    return {"defaultClusterVersion": OFFERED["1.33"][0], "validMasterVersions": offered, "validNodeVersions": offered,
            "defaultImageType": "COS_CONTAINERD", "validImageTypes": ["COS_CONTAINERD", "UBUNTU_CONTAINERD"],
            "channels": channels}
