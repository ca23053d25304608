"""What Azure refuses to delete because something else uses it."""
from ..messages import Refusal
from .kinds import key


def refused(code, message):
    return Refusal(400, code, message)


def names(users):
    return ", ".join(user["id"] for user in users)


def subnet_in_use(store, subnet):
    if users := store.referring([*store.configurations(), *store.all_of("containerGroups")], subnet["id"]):
        name = subnet["id"].rpartition("/")[2]
        raise refused("InUseSubnetCannotBeDeleted", f"Subnet {name} is in use by {names(users)} and cannot be deleted. In order to "
                      "delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.")


def network_in_use(store, network):
    for subnet in network["properties"]["subnets"]:
        subnet_in_use(store, subnet)


def gateway_in_use(store, gateway):
    if users := store.referring(store.subnets(), gateway["id"]):
        raise refused("CannotDeleteNatGatewayAssociatedToSubnet", f"NAT Gateway {gateway['id']} is still configured on "
                      f"{len(users)} subnets. Remove NAT Gateway from all referenced subnets and then delete NAT Gateway.")


def address_in_use(store, address):
    users = store.referring(store.all_of("natGateways"), address["id"]) + store.referring(store.configurations(), address["id"])
    if users:
        raise refused("PublicIPAddressCannotBeDeleted", f"Public IP address {address['id']} can not be deleted since it is still "
                      f"allocated to resource {users[0]['id']}. In order to delete the public IP, disassociate/detach the Public "
                      "IP address from the resource. To learn how to do this, see aka.ms/deletepublicip.")


def group_in_use(store, group):
    if users := store.referring(store.subnets() + store.all_of("networkInterfaces"), group["id"]):
        raise refused("InUseNetworkSecurityGroupCannotBeDeleted", f"Network security group {group['id']} cannot be deleted because "
                      f"it is in use by the following resources: {names(users)}. In order to delete the Network security group, "
                      "remove the association with the resource(s). To learn how to do this, see aka.ms/deletensg.")


def table_in_use(store, table):
    if users := store.referring(store.subnets(), table["id"]):
        raise refused("InUseRouteTableCannotBeDeleted", f"Route table {table['id']} is in use and cannot be deleted; subnets: "
                      f"{names(users)}.")


RULES = {"virtualNetworks": network_in_use, "subnets": subnet_in_use, "natGateways": gateway_in_use,
         "publicIPAddresses": address_in_use, "networkSecurityGroups": group_in_use, "routeTables": table_in_use}


def refuse_lost_subnets(store, old, new):
    """A PUT that leaves out a subnet deletes it."""
    kept = {key(subnet["id"]) for subnet in new["properties"]["subnets"]}
    for subnet in old["properties"]["subnets"]:
        if key(subnet["id"]) not in kept:
            subnet_in_use(store, subnet)


def refuse_lost_delegations(store, old, new):
    """A subnet serves the service that it is delegated to for as long as something of it is there."""
    before = {key(subnet["id"]): subnet for subnet in old["properties"]["subnets"]}
    for subnet in new["properties"]["subnets"]:
        was = before.get(key(subnet["id"]), subnet)
        if services(was) != services(subnet) and store.referring(store.all_of("containerGroups"), subnet["id"]):
            raise refused("SubnetDelegationsCannotChangeWhenSubnetUsedByResource", f"Delegations of subnet {subnet['id']} cannot be "
                          f"changed from {services(was)} to {services(subnet)} because it is being used by a resource.")


def services(subnet):
    return [one["properties"]["serviceName"] for one in subnet["properties"].get("delegations", [])]
