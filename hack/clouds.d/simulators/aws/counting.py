"""How many objects there are of each kind, without those that every account has from the start."""
from collections import Counter


def count(networks):
    total = Counter()
    for network in networks:
        total["vpc"] += sum(not vpc.is_default for vpc in network.vpcs.values())
        subnets = [subnet for zone in network.subnets.values() for subnet in zone.values()]
        total["subnet"] += sum(not subnet.default_for_az for subnet in subnets)
        total["nat-gateway"] += sum(gateway.state != "deleted" for gateway in network.nat_gateways.values())
        groups = [group for groups in network.groups.values() for group in groups.values()]
        total["security-group"] += sum(group.name != "default" for group in groups)
        total["route-table"] += sum(not table.main_association_id for table in network.route_tables.values())
        total["internet-gateway"] += len(network.internet_gateways)
        total["vpc-endpoint"] += sum(endpoint.state != "deleted" for endpoint in network.vpc_end_points.values())
        total["elastic-ip"] += len(network.addresses)
        total["network-interface"] += len(network.enis)
        total["launch-template"] += len(network.launch_templates)
        total["instance"] += sum(instance.state != "terminated" for reservation in network.reservations.values()
                                 for instance in reservation.instances)
        total["flow-log"] += len(network.flow_logs)
    return dict(total)
