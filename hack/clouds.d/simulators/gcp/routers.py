"""Routers with their Cloud NATs, and the addresses that these use."""
from .store import link, project_of, refused

NAT_DEFAULTS = {"type": "PUBLIC", "endpointTypes": ["ENDPOINT_TYPE_VM"], "enableEndpointIndependentMapping": False,
                "autoNetworkTier": "PREMIUM"}


def complete_address(store, path, body):
    body.setdefault("addressType", "EXTERNAL")
    if body["addressType"] != "EXTERNAL":
        raise refused("notImplemented", "The simulator has external addresses only.")
    if "address" not in body:
        number = next(store.addresses)
        body["address"] = f"203.0.{113 + number // 250}.{number % 250 + 1}"
    for name, value in {"networkTier": "PREMIUM", "status": "RESERVED", "labelFingerprint": "42WmSpB8rSM="}.items():
        body.setdefault(name, value)


def complete_router(store, path, body):
    project = project_of(path)
    body["network"] = link(store.require(body.get("network"), project, "resource.network"))
    names = [nat.get("name") for nat in body.get("nats", [])]
    if len(set(names)) < len(names) or None in names:
        raise refused("invalid", f"Invalid value for field 'resource.nats': names are required and unique: {names}")
    for nat in body.get("nats", []):
        complete_nat(store, path, nat)
    one_nat_each(store, path, body)


def complete_nat(store, path, nat):
    project, region = project_of(path), path.split("/")[3]
    for name, value in NAT_DEFAULTS.items():
        nat.setdefault(name, value)
    for name in ("natIpAllocateOption", "sourceSubnetworkIpRangesToNat"):
        if name not in nat:
            raise refused("required", f"Required field 'resource.nats[0].{name}' not specified")
    if (nat["natIpAllocateOption"] == "MANUAL_ONLY") != bool(nat.get("natIps")):
        raise refused("invalid", "Invalid value for field 'resource.nats[0].natIps': to be given with MANUAL_ONLY, and with "
                      "no other.")
    if (nat["sourceSubnetworkIpRangesToNat"] == "LIST_OF_SUBNETWORKS") != bool(nat.get("subnetworks")):
        raise refused("invalid", "Invalid value for field 'resource.nats[0].subnetworks': to be given with "
                      "LIST_OF_SUBNETWORKS, and with no other.")
    check_ports(nat)
    for field in ("natIps", "drainNatIps"):
        if field in nat:
            nat[field] = [link(store.require(address, project, f"resource.nats[0].{field}")) for address in nat[field]]
    for subnet in nat.get("subnetworks", []):
        found = store.require(subnet.get("name"), project, "resource.nats[0].subnetworks[0].name")
        if found.split("/")[3] != region:
            raise refused("invalid", f"Invalid value for field 'resource.nats[0].subnetworks[0].name': '{found}'. Another "
                          "region's.")
        subnet["name"] = link(found)
        if not subnet.get("sourceIpRangesToNat"):
            raise refused("required", "Required field 'resource.nats[0].subnetworks[0].sourceIpRangesToNat' not specified")


def is_power_of_two(number, low, high):
    return low <= number <= high and number & (number - 1) == 0


def check_ports(nat):
    """With dynamic allocation the numbers of ports are powers of two, and mapping depends on endpoints."""
    if not nat.get("enableDynamicPortAllocation"):
        return
    if nat["enableEndpointIndependentMapping"]:
        raise refused("invalid", "Invalid value for field 'resource.nats[0].enableEndpointIndependentMapping': 'true'. Not with "
                      "dynamic port allocation.")
    least = nat.get("minPortsPerVm", 32)
    if not is_power_of_two(least, 32, 32768):
        raise refused("invalid", f"Invalid value for field 'resource.nats[0].minPortsPerVm': '{least}'. A power of two expected.")
    most = nat.get("maxPortsPerVm", 65536)
    if not is_power_of_two(most, 64, 65536) or most <= least:
        raise refused("invalid", f"Invalid value for field 'resource.nats[0].maxPortsPerVm': '{most}'. A power of two above "
                      f"{least} expected.")


def one_nat_each(store, path, body):
    """A subnetwork goes out through one NAT only."""
    region = path.rpartition("/")[0]
    others = [router for other, router in store.all_of(project_of(path), "routers")
              if other != path and other.rpartition("/")[0] == region and router["network"] == body["network"]]
    nats = body.get("nats", []) + [nat for router in others for nat in router.get("nats", [])]
    listed = [subnet["name"] for nat in nats for subnet in nat.get("subnetworks", [])]
    everything = [nat for nat in nats if nat["sourceSubnetworkIpRangesToNat"] != "LIST_OF_SUBNETWORKS"]
    if len(set(listed)) < len(listed) or len(everything) > 1 or (everything and listed):
        raise refused("invalid", "Invalid value for field 'resource.nats': a subnetwork is in more than one NAT of this "
                      "network and region.")


def mark_addresses(store, path, body):
    """An address says who uses it; `body` None: the router goes."""
    own = link(path)
    used = [address for nat in (body or {}).get("nats", []) for field in ("natIps", "drainNatIps")
            for address in nat.get(field, [])]
    for other, address in store.all_of(project_of(path), "addresses"):
        is_used, users = link(other) in used, address.get("users", [])
        if is_used and users and users != [own]:
            raise refused("resourceInUseByAnotherResource", f"The address resource '{other}' is already being used by "
                          f"'{users[0].partition('/v1/')[2]}'")
        if is_used:
            address |= {"status": "IN_USE", "users": [own]}
        elif own in users:
            address["status"] = "RESERVED"
            del address["users"]
