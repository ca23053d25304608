"""Route tables of gateway endpoints, after the endpoint was made: moto keeps the list, and forgets the routes."""
from ..messages import Refusal


def before_modify(network, parameters):
    endpoint = network.vpc_end_points.get(parameters["VpcEndpointId"])
    for table in listed("AddRouteTableId", parameters):
        if endpoint and table in endpoint.route_table_ids:
            raise Refusal(400, "RouteAlreadyExists", f"route table {table} already has a route with "
                          f"destination-prefix-list-id {endpoint.destination_prefix_list_id}")


def modified(network, parameters):
    endpoint = network.vpc_end_points[parameters["VpcEndpointId"]]
    prefix_list = endpoint.destination_prefix_list_id
    if not prefix_list:
        return
    for table in listed("AddRouteTableId", parameters):
        network.create_route(table, None, gateway_id=endpoint.id, destination_prefix_list_id=prefix_list)
    for table in listed("RemoveRouteTableId", parameters):
        network.delete_route(table, prefix_list)


def listed(name, parameters):
    return [value for key, value in parameters.items() if key.startswith(name + ".")]
