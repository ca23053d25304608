"""What EC2 refuses because something else depends on it, and moto does not."""
from ..messages import Refusal


def violation(message):
    return Refusal(400, "DependencyViolation", message)


def interfaces(network, **wanted):
    return [eni for eni in network.enis.values()
            if all(value in (eni.id, eni.subnet.id, eni.subnet.vpc_id) for value in wanted.values())]


def delete_subnet(network, parameters):
    subnet = parameters["SubnetId"]
    if interfaces(network, subnet=subnet):
        raise violation(f"The subnet '{subnet}' has dependencies and cannot be deleted.")


def delete_vpc(network, parameters):
    vpc = parameters["VpcId"]
    attached = [gateway for gateway in network.internet_gateways.values() if gateway.vpc and gateway.vpc.id == vpc]
    groups = [group for group in network.groups.get(vpc, {}).values() if group.name != "default"]
    endpoints = [end for end in network.vpc_end_points.values() if end.vpc_id == vpc and end.state != "deleted"]
    if attached or groups or endpoints or interfaces(network, vpc=vpc):
        raise violation(f"The vpc '{vpc}' has dependencies and cannot be deleted.")


def delete_internet_gateway(network, parameters):
    gateway = network.internet_gateways.get(parameters["InternetGatewayId"])
    if gateway and gateway.vpc:
        raise violation(f"The internetGateway '{gateway.id}' has dependencies and cannot be deleted.")


def detach_internet_gateway(network, parameters):
    vpc = parameters["VpcId"]
    if any(address.eni and address.eni.subnet.vpc_id == vpc for address in network.addresses):
        raise violation(f"Network {vpc} has some mapped public address(es). Please unmap those public address(es) "
                        "before detaching the gateway.")


def delete_security_group(network, parameters):
    group = network.get_security_group_by_name_or_id(parameters.get("GroupId") or parameters.get("GroupName") or "")
    if not group:
        return
    if group.name == "default":
        raise Refusal(400, "CannotDelete", f'the specified group: "{group.id}" name: "default" cannot be deleted by a user')
    others = [other for groups in network.groups.values() for other in groups.values() if other is not group]
    rules = [rule for other in others for rule in other.ingress_rules + other.egress_rules]
    named = any(group.id == (rule.source_group or {}).get("GroupId") for rule in rules)
    if named or any(group in eni.group_set for eni in network.enis.values()):
        raise violation(f"resource {group.id} has a dependent object")


def delete_route_table(network, parameters):
    table = network.route_tables.get(parameters["RouteTableId"])
    if table and table.main_association_id:
        raise violation(f"The routeTable '{table.id}' has dependencies and cannot be deleted.")


def associate_route_table(network, parameters):
    subnet = parameters.get("SubnetId")
    for table in network.route_tables.values():
        if subnet and subnet in table._associations.values() and table.id != parameters["RouteTableId"]:
            raise Refusal(400, "Resource.AlreadyAssociated",
                          f"the specified association for route table {table.id} conflicts with an existing association")


def release_address(network, parameters):
    for address in network.addresses:
        if address.allocation_id == parameters.get("AllocationId") and address.association_id:
            raise Refusal(400, "InvalidIPAddress.InUse", f"The address with allocation id {address.allocation_id} "
                          "cannot be released because it is in use.")


def disassociate_address(network, parameters):
    for address in network.addresses:
        if address.association_id == parameters.get("AssociationId") and address.eni.interface_type == "nat_gateway":
            raise Refusal(400, "AuthFailure", "You do not have permission to access the specified resource.")


def delete_network_interface(network, parameters):
    interface = network.enis.get(parameters["NetworkInterfaceId"])
    if interface and interface.status == "in-use":
        raise Refusal(400, "InvalidParameterValue", f"Network interface '{interface.id}' is currently in use.")


RULES = {"".join(word.capitalize() for word in rule.__name__.split("_")): rule for rule in (
    delete_subnet, delete_vpc, delete_internet_gateway, detach_internet_gateway, delete_security_group,
    delete_route_table, associate_route_table, release_address, disassociate_address, delete_network_interface)}


def forget_subnet(network, subnet):
    """A deleted subnet's associations go with it; moto keeps them."""
    for acl in network.network_acls.values():
        for association in [key for key, value in acl._associations.items() if value.subnet_id == subnet]:
            del acl._associations[association]
    for table in network.route_tables.values():
        for association in [key for key, value in table._associations.items() if value == subnet]:
            del table._associations[association]


def forget_vpc(network, vpc):
    for acl in [acl for acl in network.network_acls.values() if acl.vpc_id == vpc]:
        del network.network_acls[acl.id]
