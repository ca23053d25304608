"""Instances of the client under test: what Compute Engine refuses before it makes one, and what people do in the console."""
import re

from .store import ZONES, refused

IMAGES = ("projects/cos-cloud/global/images/family/cos-stable",)
LARGEST_VALUE = 262144  # bytes, of one metadata value


def invalid(field, value, words):
    return refused("invalid", f"Invalid value for field 'resource.{field}': '{value}'. {words}")


def check(store, accounts, path, body):
    """Raises Refusal."""
    project, zone = path.split("/")[1], path.split("/")[3]
    kind = body.get("machineType", "")
    if not re.fullmatch(rf"(.*/)?zones/{zone}/machineTypes/[a-z0-9-]+", kind):
        raise invalid("machineType", kind, f"A machine type of zone {zone} expected.")
    boot = [disk for disk in body.get("disks", []) if disk.get("boot")]
    if len(boot) != 1:
        raise invalid("disks", len(boot), "Exactly one boot disk expected.")
    image = boot[0].get("initializeParams", {}).get("sourceImage")
    if image not in IMAGES:
        raise refused("notFound", f"The resource '{image}' was not found", 404)
    for interface in body.get("networkInterfaces", []):
        region = re.search(r"regions/([^/]+)/", interface.get("subnetwork", ""))
        if not region or zone not in ZONES.get(region[1], ()):
            raise invalid("networkInterfaces[0].subnetwork", interface.get("subnetwork"), "It is not of the zone's region.")
    for item in body.get("metadata", {}).get("items", []):
        if len(item.get("value", "").encode()) > LARGEST_VALUE:
            raise invalid("metadata.items", item["key"], "Metadata value is too large.")
    given = body.get("serviceAccounts", [])
    if len(given) > 1:
        raise invalid("serviceAccounts", len(given), "One service account at most.")
    for account in given:
        if not account.get("scopes"):
            raise refused("required", "Required field 'resource.serviceAccounts[0].scopes' not specified")
        if not accounts.known(account.get("email", "")):
            raise refused("invalid", f"The service account '{account.get('email')}' does not exist in project {project}.")


def change(store, accounts, wanted):
    """{"stop": NAME} or {"delete": NAME}: as people in the console do. {"share": EMAIL}: see `share`. -> what was named"""
    verb, name = next(iter(wanted.items()))
    if verb == "share":
        return share(store, accounts, name)
    path = next((path for path in store.objects if path.endswith(f"/instances/{name}")), None)
    if path is None:
        raise ValueError(f"no instance {name}")
    if verb == "delete":
        store.remove(path)
    else:
        store.objects[path]["status"] = "TERMINATED"
    return name


def share(store, accounts, email):
    """Gives the instances that have service accounts one that is new, in firewall rules and secrets, too, and deletes those that
    they had: as earlier versions of the operator left them. -> the account"""
    identifier, _, host = email.partition("@")
    parent = f"projects/{host.partition('.')[0]}/serviceAccounts"
    machines = [body for path, body in store.objects.items() if "/instances/" in path and body.get("serviceAccounts")]
    for old in {machine["serviceAccounts"][0]["email"] for machine in machines}:
        accounts.delete(f"{parent}/{old}")
    accounts.create(parent, {"accountId": identifier, "serviceAccount": {}})
    for machine in machines:
        machine["serviceAccounts"] = [machine["serviceAccounts"][0] | {"email": email}]
    for body in store.objects.values():
        if body.get("targetServiceAccounts"):
            body["targetServiceAccounts"] = [email]
        for binding in body.get("_policy", {}).get("bindings", []):
            binding["members"] = [f"serviceAccount:{email}"]
    return email
