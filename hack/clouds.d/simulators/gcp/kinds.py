"""What Google Cloud fills in, and refuses at once, for each collection. Each rule gets (store, path, body); the body is what
was sent, laid over what was there."""
import ipaddress

from .routers import complete_address, complete_router
from .store import link, path_of, project_of, refused


def network_range(text, field):
    try:
        return ipaddress.IPv4Network(text or "")
    except ValueError as error:
        raise refused("invalid", f"Invalid value for field '{field}': '{text}'. {error}") from None


def complete_network(store, path, body):
    if "autoCreateSubnetworks" not in body:
        raise refused("invalid", "Invalid value for field 'resource.IPv4Range': ''. Legacy networks are not supported.")
    if body["autoCreateSubnetworks"]:
        raise refused("notImplemented", "The simulator has no auto mode networks.")
    body.setdefault("routingConfig", {"routingMode": "REGIONAL"})
    body.setdefault("networkFirewallPolicyEnforcementOrder", "AFTER_CLASSIC_FIREWALL")
    body.setdefault("mtu", 1460)


def complete_subnetwork(store, path, body):
    project, own = project_of(path), network_range(body.get("ipCidrRange"), "resource.ipCidrRange")
    if own.prefixlen > 29:
        raise refused("invalid", f"Invalid value for field 'resource.ipCidrRange': '{own}'. A prefix of at most 29 expected.")
    network = store.require(body.get("network"), project, "resource.network")
    body |= {"network": link(network), "gatewayAddress": str(own[1])}
    for name, value in {"privateIpGoogleAccess": False, "purpose": "PRIVATE", "stackType": "IPV4_ONLY",
                        "privateIpv6GoogleAccess": "DISABLE_GOOGLE_ACCESS", "allowSubnetCidrRoutesOverlap": False}.items():
        body.setdefault(name, value)
    log = body.setdefault("logConfig", {"enable": body.get("enableFlowLogs", False)})
    if log.get("enable"):
        body["logConfig"] = {"aggregationInterval": "INTERVAL_5_SEC", "flowSampling": 0.5,
                             "metadata": "INCLUDE_ALL_METADATA"} | log
    body["enableFlowLogs"] = bool(log.get("enable"))


def complete_firewall(store, path, body):
    project = project_of(path)
    body["network"] = link(store.require(body.get("network", "global/networks/default"), project, "resource.network"))
    for name, value in {"direction": "INGRESS", "priority": 1000, "disabled": False, "logConfig": {"enable": False}}.items():
        body.setdefault(name, value)
    if bool(body.get("allowed")) == bool(body.get("denied")):
        raise refused("invalid", "Invalid value for field 'resource.allowed': Exactly one of allowed and denied expected.")
    if not 0 <= body["priority"] <= 65535:
        raise refused("invalid", f"Invalid value for field 'resource.priority': '{body['priority']}'.")
    for rule in body.get("allowed", []) + body.get("denied", []):
        if not rule.get("IPProtocol"):
            raise refused("required", "Required field 'resource.allowed.IPProtocol' not specified")
        if rule.get("ports") and rule["IPProtocol"].lower() not in ("tcp", "udp", "sctp", "6", "17", "132"):
            raise refused("invalid", "Invalid value for field 'resource.allowed.ports': ports are for tcp, udp and sctp.")
    for field in ("sourceServiceAccounts", "targetServiceAccounts"):
        if len(body.get(field, [])) > 10:
            raise refused("invalid", f"Invalid value for field 'resource.{field}': at most 10 service accounts expected.")
    is_egress = body["direction"] == "EGRESS"
    if is_egress and (body.get("sourceTags") or body.get("sourceServiceAccounts")):
        raise refused("invalid", "Invalid value for field 'resource.sourceTags': not for egress.")
    ranges = "destinationRanges" if is_egress else "sourceRanges"
    if is_egress or not (body.get("sourceTags") or body.get("sourceServiceAccounts")):
        body[ranges] = body.get(ranges) or ["0.0.0.0/0"]
    for ranges in ("sourceRanges", "destinationRanges"):
        for text in body.get(ranges, []):
            network_range(text, f"resource.{ranges}")


def complete_route(store, path, body):
    body["network"] = link(store.require(body.get("network"), project_of(path), "resource.network"))
    network_range(body.get("destRange"), "resource.destRange")
    if sum(name.startswith("nextHop") for name in body) != 1:
        raise refused("invalid", "Invalid value for field 'resource.nextHopGateway': exactly one next hop expected.")


def complete_instance(store, path, body):
    project = project_of(path)
    if not body.get("networkInterfaces"):
        raise refused("required", "Required field 'resource.networkInterfaces' not specified")
    for number, interface in enumerate(body["networkInterfaces"]):
        subnet = store.require(interface.get("subnetwork"), project, "resource.networkInterfaces[0].subnetwork")
        network = path_of(store.objects[subnet]["network"], project)
        interface |= {"name": f"nic{number}", "subnetwork": link(subnet), "network": link(network)}
    body["status"] = "RUNNING"


COMPLETE = {"networks": complete_network, "subnetworks": complete_subnetwork, "firewalls": complete_firewall,
            "routes": complete_route, "routers": complete_router, "addresses": complete_address,
            "instances": complete_instance}
# What a patch or update may change; elsewhere only what is in `MUTABLE` of that collection. None: everything but these.
FIXED = ("name", "network", "region", "direction")
MUTABLE = {"networks": ("routingConfig",), "subnetworks": (
    "logConfig", "enableFlowLogs", "privateIpGoogleAccess", "privateIpv6GoogleAccess", "secondaryIpRanges", "stackType", "role")}
