"""Container groups of Azure Container Instances in a virtual network: what is refused, what is never shown, how they run.

Where Azure's pages are silent the codes are the author's."""
import copy
import ipaddress
import re

from ..messages import Refusal, Response, without_nulls
from .in_use import services
from .kinds import key, name_of
from .store import etag
from .writing import canonical

KIND = "Microsoft.ContainerInstance/containerGroups"
PATH = re.compile(r"(?P<group>/subscriptions/[^/]+/resourceGroups/[^/]+)/providers/Microsoft\.ContainerInstance/containerGroups"
                  r"(?:/(?P<name>[^/]+))?/?", re.IGNORECASE)
NAME = re.compile(r"(?!.*--)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
HIDDEN = {"environmentVariables": "secureValue", "imageRegistryCredentials": "password"}


def wrong(code, message, status=400):
    return Refusal(status, code, message)


def hidden(value):
    """Without what was told in confidence."""
    if isinstance(value, list):
        return [hidden(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    return {name: [{field: inner for field, inner in item.items() if field != HIDDEN[name]} for item in part] if name in HIDDEN
            else hidden(part) for name, part in value.items()}


class ContainerGroups:
    def __init__(self, store, operations):
        self.store, self.operations = store, operations
        self.sent = {}  # key of a group -> its properties with all that is hidden

    def answer(self, request):
        """-> Response, or None for what belongs to somebody else"""
        found = PATH.fullmatch(request.plain_path)
        if not found:
            return None
        if key(found["group"]) not in self.store.groups:
            raise wrong("ResourceGroupNotFound", f"Resource group '{name_of(found['group'])}' could not be found.", 404)
        action = getattr(self, request.method.lower(), None)
        if not action:
            raise wrong("NotSimulated", f"The simulator does not know {request.method} {request.path}.", 501)
        return action(request, found["group"], found["name"])

    def get(self, request, group, name):
        if name:
            return Response(200, hidden(self.find(f"{group}/providers/{KIND}/{name}")))
        start, shown = key(group) + "/", []
        for identifier, resource in self.store.resources.items():
            if identifier.startswith(start) and resource["type"] == KIND:
                shown.append(hidden(resource))
                shown[-1]["properties"].pop("instanceView", None)
        return Response(200, {"value": shown})

    def find(self, identifier):
        found = self.store.resources.get(key(identifier))
        if not found:
            raise wrong("ResourceNotFound", f"The Resource '{KIND}/{name_of(identifier)}' was not found. For more details please go "
                        "to https://aka.ms/ARMResourceNotFoundFix", 404)
        return found

    def put(self, request, group, name):
        identifier = f"{group}/providers/{KIND}/{name}"
        old, sent = self.store.resources.get(key(identifier)), without_nulls(request.json())
        self.operations.refuse_if_busy(identifier)
        if old and sent["properties"] != self.sent[key(identifier)]:
            raise wrong("InvalidContainerGroupUpdate", f"The updates on container group '{name}' are invalid. If you are going to "
                        "update the os type, restart policy, network profile, CPU, memory or GPU resources for a container group, you "
                        "must delete it first and then create a new one.")
        if old:
            old["tags"] = sent.get("tags") or {}
            return Response(200, hidden(old))
        location, properties = canonical(sent["location"]), copy.deepcopy(sent["properties"])
        self.check(name, sent, properties)
        subnet = self.check_subnet(name, sent, properties, location)
        resource = {"id": identifier, "name": name, "type": KIND, "location": location, "tags": sent.get("tags") or {}, "etag": etag(),
                    "properties": properties}
        properties |= {"provisioningState": "Pending"}
        self.store.resources[key(identifier)], self.sent[key(identifier)] = resource, sent["properties"]

        def apply(status):
            properties["provisioningState"] = status
            if status == "Succeeded":
                properties["instanceView"] = {"events": [], "state": "Running"}
                properties["ipAddress"]["ip"] = str(self.free_address(subnet))

        operation = self.operations.start(identifier, apply, request.failure)
        return Response(201, hidden(resource), self.operations.headers(operation, request))

    @staticmethod
    def check(name, sent, properties):
        if not NAME.fullmatch(name):
            raise wrong("InvalidContainerGroupName", f"The container group name '{name}' is invalid: lower case letters, digits and "
                        "single dashes, 63 at most.")
        if properties.get("osType") != "Linux":
            raise wrong("OsTypeNotSupported", f"The os type {properties.get('osType')!r} is not simulated.")
        exposed = set()
        for container in properties["containers"]:
            inside = container["properties"]
            exposed |= {port["port"] for port in inside.get("ports", [])}
            requests = inside["resources"]["requests"]
            if not 0 < requests["cpu"] <= 4 or not 0 < requests["memoryInGB"] <= 16:
                raise wrong("ResourceRequestsNotSupported", f"Container '{container['name']}' asks for {requests}: up to 4 CPU and 16 GB.")
            names = [variable["name"] for variable in inside.get("environmentVariables", [])]
            if len(set(names)) < len(names):
                raise wrong("DuplicateEnvironmentVariable", f"Container '{container['name']}' has a variable twice.")
            for variable in inside.get("environmentVariables", []):
                if ("value" in variable) == ("secureValue" in variable):
                    raise wrong("InvalidEnvironmentVariable", f"The environment variable '{variable['name']}' has either a value or a "
                                "secureValue.")
        ports = {port["port"] for port in properties.get("ipAddress", {}).get("ports", [])}
        if "ipAddress" in properties and not ports:
            raise wrong("MissingIpAddressPorts", f"The ports in the 'ipAddress' of container group '{name}' cannot be empty.")
        if ports - exposed:
            raise wrong("IpAddressPortsNotExposed", f"Ports {sorted(ports - exposed)} in the IP address of container group '{name}' must "
                        "be exposed in its containers.")
        for login in properties.get("imageRegistryCredentials", []):
            if "://" in login["server"] or not login.get("username") or not login.get("password"):
                raise wrong("InvalidImageRegistryCredential", f"The 'imageRegistryCredentials' of '{name}' need a server without a "
                            "protocol, a username and a password.")

    def check_subnet(self, name, sent, properties, location):
        subnets = properties.get("subnetIds", [])
        if len(subnets) != 1:
            raise wrong("SubnetIdsNotSupported", f"Container group '{name}' has {len(subnets)} subnets: one is simulated.")
        if sent.get("zones"):
            raise wrong("AvailabilityZonesNotSupported", "Container groups in a virtual network do not support availability zones.")
        if properties.get("ipAddress", {}).get("type") != "Private":
            raise wrong("PrivateIPAddressRequired", f"Container group '{name}' in a virtual network takes a private IP address only.")
        subnet = self.store.find(subnets[0]["id"])
        network = self.store.resources.get(key(subnets[0]["id"]).partition("/subnets/")[0])
        if not subnet or network["location"] != location:
            raise wrong("InvalidResourceReference", f"Resource {subnets[0]['id']} referenced by container group '{name}' was not found. "
                        "Please make sure that the referenced resource exists, and that both resources are in the same region.")
        if services(subnet) != [KIND]:
            raise wrong("SubnetMissingRequiredDelegation", f"Subnet {subnet['id']} requires a delegation to {KIND}, and has "
                        f"{services(subnet)}.")
        if subnet["properties"].get("provisioningState") != "Succeeded":
            raise wrong("ReferencedResourceNotProvisioned", f"Subnet {subnet['id']} is not in Succeeded state.", 409)
        if not self.free_address(subnet):
            raise wrong("SubnetIsFull", f"Subnet {subnet['id']} does not have enough capacity for 1 IP address.")
        return subnet

    def free_address(self, subnet):
        """Azure keeps the first four addresses and the last."""
        taken = {resource["properties"]["ipAddress"].get("ip") for resource in self.store.all_of("containerGroups")}
        hosts = list(ipaddress.ip_network(subnet["properties"]["addressPrefix"]))[4:-1]
        return next((address for address in hosts if str(address) not in taken), None)

    def delete(self, request, group, name):
        identifier = f"{group}/providers/{KIND}/{name}"
        found = self.store.resources.get(key(identifier))
        if not found:
            return Response(204)
        self.operations.refuse_if_busy(identifier)
        found["properties"]["provisioningState"] = "Deleting"

        def apply(status):
            if status == "Succeeded":
                self.store.remove(identifier)
            else:
                found["properties"]["provisioningState"] = status

        operation = self.operations.start(identifier, apply, request.failure, is_deletion=True)
        return Response(202, b"", self.operations.headers(operation, request))

    def change(self, wanted):
        """{"stop": NAME} or {"delete": NAME}: as people in the portal do. -> the group's name"""
        verb, name = next(iter(wanted.items()))
        found = next((resource for resource in self.store.all_of("containerGroups") if resource["name"] == name), None)
        if not found:
            raise wrong("ResourceNotFound", f"no container group {name}", 404)
        if verb == "delete":
            self.store.remove(found["id"])
        else:
            found["properties"]["instanceView"]["state"] = "Stopped"
        return name
