"""What EC2 refuses, and moto takes or stumbles over."""
import re
from functools import cache
from ipaddress import ip_network

from ..messages import Refusal
from . import model
from .kinds import BY_NAME

TAGGED = {"CreateVpc": "vpc", "CreateSubnet": "subnet", "CreateInternetGateway": "internet-gateway",
          "CreateNatGateway": "natgateway", "CreateRouteTable": "route-table", "CreateSecurityGroup": "security-group",
          "AllocateAddress": "elastic-ip", "CreateVpcEndpoint": "vpc-endpoint", "CreateFlowLogs": "vpc-flow-log",
          "CreateNetworkInterface": "network-interface", "CreateLaunchTemplate": "launch-template"}
NUMBERED = re.compile(r"(Filter|TagSpecification|NatGatewayId)\.\d+(\.Name|\.ResourceType)?")


@cache
def filters(action):
    """The names that the documentation of an action's filters has; None where it has no filters."""
    shape = model.operation("ec2", action).input_shape
    member = next((shape.members[name] for name in ("Filters", "Filter") if shape and name in shape.members), None)
    return set(re.findall(r"<code>([\w.-]+)</code>", member.documentation)) - {"tag"} if member else None


def value_refused(message):
    return Refusal(400, "InvalidParameterValue", message)


def check(network, action, parameters):
    """Raises Refusal."""
    for name, value in parameters.items():
        found = NUMBERED.fullmatch(name)
        kind = found and found[1] + (found[2] or "")
        if kind == "Filter.Name" and not value.startswith("tag:") and value not in (filters(action) or {value}):
            raise value_refused(f"The filter '{value}' is invalid")
        if kind == "TagSpecification.ResourceType" and value != TAGGED.get(action, value) and action != "RunInstances":
            raise value_refused(f"'{value}' is not a valid taggable resource type for this operation.")
        if kind == "NatGatewayId" and value not in network.nat_gateways:
            raise BY_NAME["nat-gateway"].not_found(value)
    rule = RULES.get(action)
    if rule:
        rule(network, parameters)


def attach_internet_gateway(network, parameters):
    vpc, own = parameters["VpcId"], parameters["InternetGatewayId"]
    for gateway in network.internet_gateways.values():
        if gateway.vpc and gateway.vpc.id == vpc and gateway.id != own:
            raise value_refused(f"Network {vpc} already has an internet gateway attached")


def route(network, parameters):
    """To a NAT gateway that is not there, or an Internet gateway of another network."""
    identifier, table = parameters.get("NatGatewayId"), network.route_tables.get(parameters["RouteTableId"])
    if identifier:
        nat = network.nat_gateways.get(identifier)
        if not nat or nat.state not in ("pending", "available"):
            raise Refusal(400, "InvalidNatGatewayID.NotFound", f"The natGateway ID '{identifier}' does not exist")
    interface, transit = parameters.get("NetworkInterfaceId"), parameters.get("TransitGatewayId")
    if interface and interface not in network.enis:
        raise BY_NAME["network-interface"].not_found(interface)
    if transit and transit not in network.transit_gateways:
        raise Refusal(400, "InvalidTransitGatewayID.NotFound", f"Transit Gateway {transit} was deleted or does not exist.")
    gateway = network.internet_gateways.get(parameters.get("GatewayId"))
    if gateway and table and (not gateway.vpc or gateway.vpc.id != table.vpc_id):
        raise value_refused(f"route table {table.id} and network gateway {gateway.id} belong to different networks")


# VPC User Guide, "CIDR block association restrictions": what may be added to a VPC whose first range is of these.
PRIVATE = [ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]


def associate_range(network, parameters):
    vpc, wanted = network.vpcs.get(parameters["VpcId"]), ip_network(parameters["CidrBlock"])
    if not vpc:
        return
    if not 16 <= wanted.prefixlen <= 28:
        raise Refusal(400, "InvalidVpc.Range", f"The CIDR '{wanted}' is invalid.")
    own = [found["cidr_block"] for found in vpc.get_cidr_block_association_set()
           if found["cidr_block_state"]["state"] == "associated"]
    if any(wanted.overlaps(ip_network(block)) for block in own):
        raise Refusal(400, "InvalidVpc.Range", f"The CIDR '{wanted}' conflicts with another CIDR of the VPC")
    first = ip_network(vpc.cidr_block)
    if any(wanted.subnet_of(block) and not first.subnet_of(block) for block in PRIVATE):
        raise Refusal(400, "InvalidVpc.Range", f"The CIDR '{wanted}' is restricted. Use a CIDR from the same private address "
                      f"range as the current VPC CIDR, or use a publicly-routable CIDR.")


def disassociate_range(network, parameters):
    for vpc in network.vpcs.values():
        for association in vpc.get_cidr_block_association_set():
            if association["association_id"] != parameters["AssociationId"]:
                continue
            block = ip_network(association["cidr_block"])
            for subnet in (subnet for zone in network.subnets.values() for subnet in zone.values()):
                if subnet.vpc_id == vpc.id and ip_network(subnet.cidr_block).subnet_of(block):
                    raise Refusal(400, "InvalidCidrBlock.InUse", f"The vpc CIDR block with association ID "
                                  f"{parameters['AssociationId']} is in use by subnet {subnet.id}")


def create_group(network, parameters):
    if parameters.get("GroupName", "").startswith("sg-"):
        raise value_refused("Value for parameter GroupName is invalid: must not start with sg-")


RULES = {"AssociateVpcCidrBlock": associate_range, "DisassociateVpcCidrBlock": disassociate_range,
         "CreateSecurityGroup": create_group, "AttachInternetGateway": attach_internet_gateway, "CreateRoute": route, "ReplaceRoute": route}
