"""Resources by id, and who refers to whom. Children lie in the properties of what they belong to, as Azure shows them."""
import copy
import itertools
import uuid

from ..indexed import Indexed
from ..messages import Refusal
from .kinds import TYPES, key, name_of, top

def etag():
    return f'W/"{uuid.uuid4()}"'


def references(value):
    """Every id in a body."""
    if isinstance(value, list):
        return list(itertools.chain.from_iterable(map(references, value)))
    if not isinstance(value, dict):
        return []
    own = [value["id"]] if isinstance(value.get("id"), str) and value["id"].startswith("/subscriptions/") else []
    return own + list(itertools.chain.from_iterable(references(inner) for inner in value.values()))


def kind_of(identifier):
    return identifier.split("/")[-2]


# The field by which a subnet names a resource of that type.
NAMED_BY_SUBNETS = {"natGateways": "natGateway", "networkSecurityGroups": "networkSecurityGroup", "routeTables": "routeTable"}


class Store:
    def __init__(self):
        self.groups, self.resources, self.busy = {}, Indexed(kind_of), {}  # busy: key -> the operation under way
        self.addresses = itertools.count(1)

    def group(self, target):
        found = self.groups.get(key(target.group_id))
        if not found:
            raise Refusal(404, "ResourceGroupNotFound", f"Resource group '{target.group}' could not be found.")
        return found

    def resource(self, target):
        self.group(target)
        found = self.resources.get(key(target.resource_id))
        if not found:
            raise Refusal(404, "ResourceNotFound", f"The Resource 'Microsoft.Network/{target.type}/{target.name}' under resource "
                          f"group '{target.group}' was not found. For more details please go to "
                          "https://aka.ms/ARMResourceNotFoundFix")
        return found

    @staticmethod
    def children(resource):
        return resource["properties"].get(TYPES.get(resource["type"].rpartition("/")[2]) or "", [])

    def child(self, resource, identifier):
        return next((child for child in self.children(resource) if key(child["id"]) == key(identifier)), None)

    def find(self, identifier):
        """-> the resource or child of that id, or None"""
        resource = self.resources.get(top(identifier))
        if not resource or key(identifier) == key(resource["id"]):
            return resource
        return self.child(resource, identifier)

    def all_of(self, kind):
        return list(self.resources.of(kind.lower()).values())

    def subnets(self):
        return [subnet for network in self.all_of("virtualNetworks") for subnet in network["properties"]["subnets"]]

    def configurations(self):
        """Those of network interfaces, and the frontends of load balancers."""
        for interface in self.all_of("networkInterfaces"):
            yield from interface["properties"]["ipConfigurations"]
        for balancer in self.all_of("loadBalancers"):
            yield from balancer["properties"]["frontendIPConfigurations"]

    @staticmethod
    def referring(holders, identifier):
        """-> [{"id": …}] of those that name it"""
        return [{"id": holder["id"]} for holder in holders
                if key(identifier) in map(key, references(holder["properties"]))]

    def subnets_naming(self, field, identifier):
        """As `referring`, which looks into every corner of a thousand subnets."""
        wanted = key(identifier)
        named = [(subnet, subnet["properties"].get(field)) for subnet in self.subnets()]
        return [{"id": subnet["id"]} for subnet, reference in named if reference and key(reference["id"]) == wanted]

    def shown(self, resource):
        """With what others say of it."""
        resource = copy.deepcopy(resource)
        kind, properties, identifier = resource["type"].rpartition("/")[2], resource["properties"], resource["id"]
        for child in self.children(resource):
            if kind == "virtualNetworks":
                self.show(child, "ipConfigurations", self.referring(self.configurations(), child["id"]))
        if kind in NAMED_BY_SUBNETS:
            self.show(resource, "subnets", self.subnets_naming(NAMED_BY_SUBNETS[kind], identifier))
        if kind == "networkSecurityGroups":
            self.show(resource, "networkInterfaces", self.referring(self.all_of("networkInterfaces"), identifier))
        if kind == "publicIPAddresses":
            if gateways := self.referring(self.all_of("natGateways"), identifier):
                properties["natGateway"] = gateways[0]
            if configurations := self.referring(self.configurations(), identifier):
                properties["ipConfiguration"] = configurations[0]
        return resource

    @staticmethod
    def show(resource, name, found):
        if found:
            resource["properties"][name] = found

    def shown_child(self, resource, identifier):
        child = self.child(self.shown(resource), identifier)
        if not child:
            raise Refusal(404, "NotFound", f"Resource {identifier} not found.")
        return child

    def remove(self, identifier):
        resource = self.resources.get(top(identifier))
        if not resource:
            return
        if key(identifier) == key(resource["id"]):
            del self.resources[key(identifier)]
        else:
            name = TYPES[resource["type"].rpartition("/")[2]]
            kept = [child for child in resource["properties"][name] if name_of(key(child["id"])) != name_of(key(identifier))]
            resource["properties"][name] = kept
            resource["etag"] = etag()
