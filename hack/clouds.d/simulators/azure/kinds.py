"""The types of Microsoft.Network that are simulated, and what a path means."""
from dataclasses import dataclass

PROVIDER = "Microsoft.Network"
# Spelled as Azure does; for each the property that holds its children, which are resources of their own too.
TYPES = {"virtualNetworks": "subnets", "natGateways": None, "publicIPAddresses": None, "networkSecurityGroups": "securityRules",
         "routeTables": "routes", "networkInterfaces": None, "loadBalancers": None}
BY_LOWER = {name.lower(): name for name in TYPES}
# Regions with their zones, and one without.
REGIONS = {name: ("1", "2", "3") for name in (
    "westeurope", "northeurope", "germanywestcentral", "francecentral", "uksouth", "swedencentral", "eastus", "eastus2", "westus2",
    "centralus")} | {"westus": ()}


def key(identifier):
    """Names are one whatever their case."""
    return identifier.rstrip("/").lower()


def parent(identifier):
    return "/".join(identifier.rstrip("/").split("/")[:-2])


def name_of(identifier):
    return identifier.rstrip("/").rpartition("/")[2]


def is_child(identifier):
    return len(identifier.strip("/").split("/")) == 10


def top(identifier):
    """The key of the resource itself, or of the one that it lies in."""
    return key(parent(identifier) if is_child(identifier) else identifier)


@dataclass
class Target:
    """What a path names: a group, a list, a resource, or a child of one."""

    subscription: str
    group: str = ""  # empty: all of the subscription
    type: str = ""  # empty: the group itself
    name: str = ""  # empty: all of that type
    child_type: str = ""
    child_name: str = ""

    @property
    def group_id(self):
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"

    @property
    def resource_id(self):
        return f"{self.group_id}/providers/{PROVIDER}/{self.type}/{self.name}"

    @property
    def child_id(self):
        return f"{self.resource_id}/{self.child_type}/{self.child_name}"


def parse(path):
    """-> Target, or None for what is not simulated"""
    words = path.strip("/").split("/")
    if [word.lower() for word in words[2:3]] == ["providers"]:
        words[2:2] = ["resourceGroups", ""]  # of the whole subscription
    target = Target(words[1], words[3] if len(words) > 3 else "")
    if len(words) <= 4:
        return target
    if words[4].lower() != "providers":
        target.type = words[4].lower() if words[4].lower() == "resources" else ""
        return target if target.type else None
    target.type = BY_LOWER.get(words[6].lower()) if len(words) > 6 and words[5].lower() == PROVIDER.lower() else None
    if not target.type or len(words) > 10:
        return None
    target.name = words[7] if len(words) > 7 else ""
    if len(words) > 8:
        target.child_type, target.child_name = TYPES[target.type], words[9] if len(words) > 9 else ""
        if not target.child_type or words[8].lower() != target.child_type.lower():
            return None
    return target
