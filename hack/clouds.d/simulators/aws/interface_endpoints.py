"""Interface endpoints that take their time, hold their subnets, and of which one has a service's private name."""
from functools import lru_cache

from moto.core.base_backend import BaseBackend
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.ec2.models.vpcs import VPCBackend

from ..messages import Refusal
from .strictness import value_refused

# Of the services that have endpoints, those that a cluster needs and a few more.
NAMES = ("autoscaling", "ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "elasticloadbalancing", "kms", "logs", "monitoring",
         "secretsmanager", "sqs", "ssm", "sts", "xray")


@lru_cache(maxsize=None)
def services(account, region):
    """moto asks all of its simulators, which need packages that are not installed."""
    zones = [zone.name for zone in RegionsAndZonesBackend.zones[region]]
    return [found for name in NAMES for found in BaseBackend.default_vpc_endpoint_service_factory(
        region, zones, name, special_service_name=name)]


def filtered(names, filters, offered):
    """moto looks for filters under a name that they do not have."""
    wanted = {entry["Name"]: entry["Values"] for entry in filters or []}
    return [found for found in offered if (not names or found["ServiceName"] in names)
            and found["ServiceName"] in wanted.get("service-name", [found["ServiceName"]])
            and found["ServiceType"][0]["ServiceType"] in wanted.get("service-type", ["Interface"])]


VPCBackend._collect_default_endpoint_services = staticmethod(services)
VPCBackend._filter_endpoint_services = staticmethod(filtered)


class InterfaceEndpoints:
    def __init__(self, settings):
        self.settings, self.waits = settings, {}  # id -> (Wait, what to do when it is over)

    def before_create(self, network, parameters):
        service, vpc = parameters.get("ServiceName", ""), parameters["VpcId"]
        if service not in [found["ServiceName"] for found in services(network.account_id, network.region_name)]:
            raise Refusal(400, "InvalidServiceName", f"The Vpc Endpoint Service '{service}' does not exist")
        others = [end for end in network.vpc_end_points.values()
                  if end.vpc_id == vpc and end.state != "deleted" and end.service_name == service]
        if parameters.get("PrivateDnsEnabled") == "true":
            if any(end.private_dns_enabled in (True, "true") for end in others):
                raise value_refused(f"private-dns-enabled cannot be set because there is already a conflicting DNS domain for "
                                    f"{service} in the VPC {vpc}")
            found = network.vpcs.get(vpc)
            if found and not (found.enable_dns_support and found.enable_dns_hostnames):
                raise value_refused("Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC "
                                    "attributes set to true for " + vpc)
        groups = network.groups.get(vpc, {})
        for group in listed("SecurityGroupId", parameters):
            if group not in groups:
                raise Refusal(400, "InvalidGroup.NotFound", f"The security group '{group}' does not exist in VPC '{vpc}'")
        self.check_zones(network, [], listed("SubnetId", parameters))

    def before_modify(self, network, parameters):
        endpoint = network.vpc_end_points.get(parameters["VpcEndpointId"])
        if not endpoint or endpoint.vpc_endpoint_type != "Interface":
            return
        if endpoint.id in self.waits:
            raise Refusal(400, "IncorrectState", f"The endpoint {endpoint.id} is {endpoint.state}")
        left = [subnet for subnet in endpoint.subnet_ids if subnet not in listed("RemoveSubnetId", parameters)]
        self.check_zones(network, left, listed("AddSubnetId", parameters))

    @staticmethod
    def check_zones(network, there, added):
        zones = [network.get_subnet(subnet).availability_zone for subnet in there + added]
        if len(set(zones)) < len(zones):
            raise Refusal(400, "DuplicateSubnetsInSameZone", "Found another VPC endpoint subnet in the availability zone")

    def made(self, network, endpoint):
        """moto makes network interfaces that belong to nothing."""
        endpoint.state = "pending"
        self.place(network, endpoint)

        def settle():
            endpoint.state = "available"

        self.waits[endpoint.id] = (self.settings.operation(), settle)

    def modified(self, network, endpoint, parameters):
        if parameters.get("PrivateDnsEnabled"):
            endpoint.private_dns_enabled = parameters["PrivateDnsEnabled"] == "true"
        self.place(network, endpoint)

    @staticmethod
    def place(network, endpoint):
        """One network interface in each subnet, with the groups of the endpoint."""
        there = [network.enis[eni] for eni in endpoint.network_interface_ids if eni in network.enis]
        for interface in [eni for eni in there if eni.subnet.id not in endpoint.subnet_ids]:
            network.enis.pop(interface.id)
        taken = {eni.subnet.id for eni in there}
        there += [network.create_network_interface(network.get_subnet(subnet), "")
                  for subnet in endpoint.subnet_ids if subnet not in taken]
        kept = [eni for eni in there if eni.id in network.enis]
        for interface in kept:
            interface.description = f"VPC Endpoint Interface {endpoint.id}"
            interface.interface_type, interface.requester_managed, interface.status = "vpc_endpoint", True, "in-use"
            interface._group_set = [network.get_security_group_from_id(group) for group in endpoint.security_group_ids]
        endpoint.network_interface_ids = [eni.id for eni in kept]

    def before_delete(self, network, parameters):
        """-> those to be deleted, and their network interfaces, which moto takes away at once."""
        ends = [network.vpc_end_points.get(name) for name in listed("VpcEndpointId", parameters)]
        return [(end, {eni: network.enis[eni] for eni in end.network_interface_ids if eni in network.enis})
                for end in ends if end and end.vpc_endpoint_type == "Interface" and end.state not in ("deleting", "deleted")]

    def deleted(self, network, ends):
        for endpoint, interfaces in ends:
            endpoint.state = "deleting"
            network.enis.update(interfaces)

            def settle(endpoint=endpoint, interfaces=interfaces):
                endpoint.state = "deleted"
                for interface in interfaces:
                    network.enis.pop(interface, None)

            self.waits[endpoint.id] = (self.settings.operation(), settle)

    def look(self):
        """Each describe of endpoints is a look at all of them."""
        for identifier, (wait, settle) in list(self.waits.items()):
            if wait.look():
                del self.waits[identifier]
                settle()


def listed(name, parameters):
    return [value for key, value in parameters.items() if key.startswith(name + ".")]
