"""What EC2 refuses, and moto takes or stumbles over."""
import re
from functools import cache

from ..messages import Refusal
from . import model
from .kinds import BY_NAME

TAGGED = {"CreateVpc": "vpc", "CreateSubnet": "subnet", "CreateInternetGateway": "internet-gateway",
          "CreateNatGateway": "natgateway", "CreateRouteTable": "route-table", "CreateSecurityGroup": "security-group",
          "AllocateAddress": "elastic-ip", "CreateVpcEndpoint": "vpc-endpoint", "CreateFlowLogs": "vpc-flow-log",
          "CreateNetworkInterface": "network-interface"}
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
        if kind == "TagSpecification.ResourceType" and value != TAGGED.get(action, value):
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
    gateway = network.internet_gateways.get(parameters.get("GatewayId"))
    if gateway and table and (not gateway.vpc or gateway.vpc.id != table.vpc_id):
        raise value_refused(f"route table {table.id} and network gateway {gateway.id} belong to different networks")


RULES = {"AttachInternetGateway": attach_internet_gateway, "CreateRoute": route, "ReplaceRoute": route}
