"""What a cluster holds in EC2: network interfaces of its control plane and its nodes."""
from ipaddress import ip_network

PRIVATE = [ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]


def subnets_of(network, names):
    """Raises InvalidSubnetIdError."""
    return [network.get_subnet(name) for name in names]


def hold(network, subnets, groups, description, tags=None):
    """-> ids of network interfaces, one in each subnet, that are in use."""
    made = []
    for subnet in subnets:
        interface = network.create_network_interface(
            network.get_subnet(subnet), "", group_ids=groups or None, tags=tags or None)
        interface.status, interface.description = "in-use", description
        made.append(interface.id)
    return made


def release(network, interfaces):
    for interface in interfaces:
        network.enis.pop(interface, None)
