"""What happens when an operation ends: the checks that Google Cloud makes only then, and what else changes with an object."""
import ipaddress

from .routers import mark_addresses
from .store import DEPENDENT, identity, link, project_of, refused


def add_route(store, path, suffix, body):
    route = f"projects/{project_of(path)}/global/routes/default-route-{suffix}"
    store.objects.setdefault(route, identity("compute#route", route) | {DEPENDENT: True} | body)


def network_made(store, path, body):
    """It comes with a route to the Internet, which goes with it unless somebody deletes it before."""
    gateway = link(f"projects/{project_of(path)}/global/gateways/default-internet-gateway")
    add_route(store, path, body["id"][:16], {
        "network": link(path), "destRange": "0.0.0.0/0", "priority": 1000, "nextHopGateway": gateway,
        "description": "Default route to the Internet."})


def ranges(subnet):
    texts = [subnet["ipCidrRange"], *(more["ipCidrRange"] for more in subnet.get("secondaryIpRanges", []))]
    return [ipaddress.IPv4Network(text) for text in texts]


def subnetwork_made(store, path, body):
    for other, subnet in store.all_of(project_of(path), "subnetworks"):
        if other != path and subnet["network"] == body["network"]:
            for own in ranges(body):
                if any(own.overlaps(taken) for taken in ranges(subnet)):
                    raise refused("INVALID_USAGE", f"Invalid IPCidrRange: {own} conflicts with existing subnetwork "
                                  f"'{subnet['name']}' in region '{other.split('/')[3]}'.")
    add_route(store, path, f"r-{body['id'][:14]}", {
        "network": body["network"], "destRange": body["ipCidrRange"], "priority": 0, "nextHopNetwork": body["network"],
        "description": f"Default local route to the subnetwork {body['ipCidrRange']}.", "_subnetwork": link(path)})


def network_gone(store, path):
    if users := store.users(path):
        raise refused("RESOURCE_IN_USE_BY_ANOTHER_RESOURCE",
                      f"The network resource '{path}' is already being used by '{users[0]}'")


def router_gone(store, path):
    mark_addresses(store, path, None)


def route_gone(store, path):
    if "nextHopNetwork" in store.get(path):
        raise refused("INVALID_USAGE", f"The local route '{path}' cannot be deleted.")


MADE = {"networks": network_made, "subnetworks": subnetwork_made, "routers": mark_addresses}
CHANGED = {"routers": mark_addresses}
GONE = {"networks": network_gone, "routers": router_gone, "routes": route_gone}
# The others are refused at once when something uses them.
REFUSED_LATER = ("networks",)
