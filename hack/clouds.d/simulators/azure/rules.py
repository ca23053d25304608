"""What Azure fills in, and refuses, for each type. Each rule gets (store, resource) before the resource is stored."""
import ipaddress

from ..messages import Refusal
from .kinds import key


# Services that a subnet is delegated to; of many, the one that is simulated.
DELEGATIONS = ("Microsoft.ContainerInstance/containerGroups",)


def refused(code, message, status=400):
    return Refusal(status, code, message)


def prefix(text, identifier):
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        try:
            proper = ipaddress.ip_network(text, strict=False)
        except (ValueError, TypeError):
            proper = "a prefix"
        raise refused("InvalidCIDRNotation", f"The address prefix {text} in resource {identifier} has an invalid CIDR notation. "
                      f"For the given prefix length, the address prefix should be {proper}.") from None


def prefixes_of(subnet):
    properties = subnet["properties"]
    found = properties.get("addressPrefixes") or [properties.get("addressPrefix")]
    if found == [None]:
        raise refused("InvalidRequestFormat", f"Subnet {subnet['name']} has no addressPrefix.")
    return [prefix(text, subnet["id"]) for text in found]


def complete_network(store, network):
    properties, name = network["properties"], network["name"]
    spaces = properties.get("addressSpace", {}).get("addressPrefixes")
    if not spaces:
        raise refused("InvalidRequestFormat", "Required property 'addressPrefixes' not found in JSON. Path 'properties.addressSpace'.")
    spaces = [prefix(text, network["id"]) for text in spaces]
    properties.setdefault("enableDdosProtection", False)
    properties.setdefault("virtualNetworkPeerings", [])
    taken = []
    for subnet in properties["subnets"]:
        for own in prefixes_of(subnet):
            if not any(own.version == space.version and own.subnet_of(space) for space in spaces):
                raise refused("NetcfgSubnetRangeOutsideVnet", f"Subnet '{subnet['name']}' is not valid because its IP address "
                              f"range is outside the IP address range of virtual network '{name}'.")
            if own.version == 4 and own.prefixlen > 29:
                raise refused("NetcfgInvalidSubnet", f"Subnet '{subnet['name']}' is not valid in virtual network '{name}'.")
            if any(own.overlaps(other) for other in taken):
                raise refused("NetcfgSubnetRangesOverlap", f"Subnet '{subnet['name']}' is not valid because its IP address range "
                              f"overlaps with that of an existing subnet in virtual network '{name}'.")
            taken.append(own)
        for delegation in subnet["properties"].get("delegations", []):
            if delegation.get("properties", {}).get("serviceName") not in DELEGATIONS or not delegation.get("name"):
                raise refused("InvalidServiceName", f"Delegation of subnet '{subnet['name']}' needs a name and one of the services "
                              f"{', '.join(DELEGATIONS)}.")
        for name_, value in {"delegations": [], "privateEndpointNetworkPolicies": "Disabled",
                             "privateLinkServiceNetworkPolicies": "Enabled"}.items():
            subnet["properties"].setdefault(name_, value)


def complete_gateway(store, gateway):
    if gateway.get("sku", {}).get("name") not in ("Standard", "StandardV2"):
        raise refused("InvalidRequestFormat", "Required property 'sku' not found in JSON: Standard or StandardV2.")
    properties = gateway["properties"]
    properties.setdefault("idleTimeoutInMinutes", 4)
    if not 4 <= properties["idleTimeoutInMinutes"] <= 120:
        raise refused("InvalidIdleTimeout", f"The idle timeout {properties['idleTimeoutInMinutes']} is not from 4 to 120 minutes.")
    for reference in properties.get("publicIpAddresses", []):
        address = store.find(reference["id"])
        if address["sku"]["name"] != gateway["sku"]["name"]:
            raise refused("NatGatewayPublicIpSkuMismatch", f"{gateway['id']} takes addresses of SKU {gateway['sku']['name']}.")
        users = [other for other in store.referring(store.all_of("natGateways"), address["id"]) if key(other["id"]) != key(gateway["id"])]
        users += store.referring(store.configurations(), address["id"])
        if users:
            raise refused("PublicIPAddressInUse", f"Resource {gateway['id']} is referencing public IP address {address['id']} that "
                          f"is already allocated to resource {users[0]['id']}.")
        own, its = gateway.get("zones") or [], address.get("zones") or []
        if own and its and not set(own) <= set(its):
            raise refused("NatGatewayPublicIpZoneMismatch", f"{gateway['id']} is in zone {own}, and {address['id']} in {its}.")


def complete_address(store, address):
    address["sku"] = {"name": "Standard", "tier": "Regional"} | address.get("sku", {})
    properties = address["properties"]
    properties.setdefault("publicIPAllocationMethod", "Static")
    if address["sku"]["name"] == "Basic":
        raise refused("IPv4BasicSkuPublicIpCountLimitReached", "Cannot create more than 0 IPv4 Basic SKU public IP addresses for "
                      "this subscription in this region.")
    if properties["publicIPAllocationMethod"] != "Static":
        raise refused("PublicIPAddressWithStandardSkuMustBeStatic", f"Standard SKU public IP address {address['id']} must be Static.")
    for name, value in {"publicIPAddressVersion": "IPv4", "idleTimeoutInMinutes": 4, "ipTags": [],
                        "ddosSettings": {"protectionMode": "VirtualNetworkInherited"}}.items():
        properties.setdefault(name, value)
    number = next(store.addresses)
    properties.setdefault("ipAddress", f"198.51.{100 + number // 250}.{number % 250 + 1}")


def complete_security_group(store, group):
    seen = {}
    for rule in group["properties"]["securityRules"]:
        properties = rule["properties"]
        if not 100 <= properties["priority"] <= 4096:
            raise refused("SecurityRuleInvalidPriority", f"Security rule has invalid Priority. Value provided: "
                          f"{properties['priority']} Allowed range 100-4096.")
        place = (properties["direction"].lower(), properties["priority"])
        if place in seen:
            raise refused("SecurityRuleConflict", f"Security rule {rule['name']} conflicts with rule {seen[place]}. Rules cannot "
                          "have the same Priority and Direction.")
        seen[place] = rule["name"]
        for side, names in {"sourceAddress": ("Prefix", "Prefixes"), "destinationAddress": ("Prefix", "Prefixes"),
                            "sourcePort": ("Range", "Ranges"), "destinationPort": ("Range", "Ranges")}.items():
            if sum(bool(properties.get(side + name)) for name in names) != 1:
                raise refused("SecurityRuleParameterMissing", f"Security rule {rule['name']} must have either {side}{names[0]} or "
                              f"{side}{names[1]}.")
    group["properties"]["defaultSecurityRules"] = [
        {"id": f"{group['id']}/defaultSecurityRules/{name}", "name": name, "properties": {
            "direction": direction, "access": access, "priority": priority, "protocol": "*", "provisioningState": "Succeeded",
            "sourceAddressPrefix": source, "destinationAddressPrefix": target, "sourcePortRange": "*", "destinationPortRange": "*"}}
        for name, direction, access, priority, source, target in (
            ("AllowVnetInBound", "Inbound", "Allow", 65000, "VirtualNetwork", "VirtualNetwork"),
            ("AllowAzureLoadBalancerInBound", "Inbound", "Allow", 65001, "AzureLoadBalancer", "*"),
            ("DenyAllInBound", "Inbound", "Deny", 65500, "*", "*"),
            ("AllowVnetOutBound", "Outbound", "Allow", 65000, "VirtualNetwork", "VirtualNetwork"),
            ("AllowInternetOutBound", "Outbound", "Allow", 65001, "*", "Internet"),
            ("DenyAllOutBound", "Outbound", "Deny", 65500, "*", "*"))]


def complete_route_table(store, table):
    table["properties"].setdefault("disableBgpRoutePropagation", False)
    for route in table["properties"]["routes"]:
        if "/" in route["properties"].get("addressPrefix", ""):
            prefix(route["properties"]["addressPrefix"], route["id"])


def complete_interface(store, interface):
    configurations = interface["properties"].setdefault("ipConfigurations", [])
    for configuration in configurations:
        configuration["id"] = f"{interface['id']}/ipConfigurations/{configuration.get('name', 'primary')}"
        if not configuration.setdefault("properties", {}).get("subnet"):
            raise refused("SubnetNotSpecified", f"Subnet is not specified for {configuration['id']}.")


def complete_balancer(store, balancer):
    for frontend in balancer["properties"].setdefault("frontendIPConfigurations", []):
        frontend["id"] = f"{balancer['id']}/frontendIPConfigurations/{frontend['name']}"


COMPLETE = {"virtualNetworks": complete_network, "natGateways": complete_gateway, "publicIPAddresses": complete_address,
            "networkSecurityGroups": complete_security_group, "routeTables": complete_route_table,
            "networkInterfaces": complete_interface, "loadBalancers": complete_balancer}
