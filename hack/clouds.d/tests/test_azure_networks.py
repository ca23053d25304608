"""What becomes of networks in Azure."""
from .azure import PLACE, STANDARD, AzureTest


class Networks(AzureTest):
    def test_a_put_goes_on_until_its_operation_has_succeeded(self):
        self.control("settings", {"operationReads": 2})
        self.network.route_tables.begin_create_or_update("g", "t", PLACE, polling=False)
        self.refused(409, "AnotherOperationInProgress", self.network.route_tables.begin_create_or_update, "g", "t", PLACE)
        states = [self.network.route_tables.get("g", "t").provisioning_state for _ in range(2)]
        self.assertEqual(states, ["Updating", "Succeeded"])
        poller = self.network.route_tables.begin_create_or_update("g", "t", PLACE)
        self.assertEqual(poller.result().provisioning_state, "Succeeded")
        self.assertIn(("Microsoft.Network/locations/operations/read", 200), self.operations())

    def test_an_operation_fails_on_demand(self):
        self.control("faults", {"operation": "Microsoft.Network/routeTables/write", "fails": {"code": "Oh", "message": "m"}})
        self.refused(200, "Oh", self.do, "route_tables", "t", PLACE)
        self.assertEqual(self.network.route_tables.get("g", "t").provisioning_state, "Failed")

    def test_writes_of_subnets_beside_each_other_are_to_be_tried_again(self):
        self.virtual_network()
        body = {"properties": {"addressPrefix": "10.0.1.0/24"}}
        self.network.subnets.begin_create_or_update("g", "v", "t", body, polling=False)
        error = self.refused(429, "RetryableErrorDueToAnotherOperation", self.do, "subnets", "v", "u", body)
        self.assertEqual(error.response.headers["Retry-After"], "1")

    def test_a_put_replaces_everything(self):
        self.virtual_network()
        self.do("virtual_networks", "v", PLACE | {"properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}})
        self.refused(404, "NotFound", self.network.subnets.get, "g", "v", "s")

    def test_etags_keep_one_writer_from_undoing_another(self):
        self.virtual_network()
        etag = self.network.virtual_networks.get("g", "v").etag
        self.do("subnets", "v", "t", {"properties": {"addressPrefix": "10.0.1.0/24"}})
        body = PLACE | {"properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}}
        self.refused(412, "PreconditionFailed", self.network.virtual_networks.begin_create_or_update, "g", "v", body,
                     headers={"If-Match": etag})
        etag = self.network.virtual_networks.get("g", "v").etag
        self.network.virtual_networks.begin_create_or_update("g", "v", body, headers={"If-Match": etag}).result()

    def test_subnets_lie_within_the_network_and_beside_each_other(self):
        self.virtual_network()
        for cidr, code in (("10.1.0.0/24", "NetcfgSubnetRangeOutsideVnet"), ("10.0.0.128/25", "NetcfgSubnetRangesOverlap"),
                           ("10.0.1.1/24", "InvalidCIDRNotation")):
            self.refused(400, code, self.do, "subnets", "v", "t", {"properties": {"addressPrefix": cidr}})

    def test_what_is_in_use_is_not_deleted(self):
        self.gateway()
        rule = {"priority": 100, "direction": "Inbound", "access": "Deny", "protocol": "*", "sourceAddressPrefix": "*",
                "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "*"}
        self.do("network_security_groups", "f", PLACE | {"properties": {"securityRules": [{"name": "deny", "properties": rule}]}})
        self.refused(400, "SecurityRuleConflict", self.do, "security_rules", "f", "again", {"properties": rule})
        self.do("route_tables", "t", PLACE)
        self.virtual_network(natGateway={"id": self.id("natGateways", "n")}, routeTable={"id": self.id("routeTables", "t")},
                             networkSecurityGroup={"id": self.id("networkSecurityGroups", "f")})
        self.assertEqual(self.network.nat_gateways.get("g", "n").subnets[0].id, self.id("virtualNetworks", "v", "subnets", "s"))
        self.refused(400, "CannotDeleteNatGatewayAssociatedToSubnet", self.delete, "nat_gateways", "n")
        self.refused(400, "PublicIPAddressCannotBeDeleted", self.delete, "public_ip_addresses", "a")
        self.refused(400, "InUseNetworkSecurityGroupCannotBeDeleted", self.delete, "network_security_groups", "f")
        self.refused(400, "InUseRouteTableCannotBeDeleted", self.delete, "route_tables", "t")
        self.control("foreign", {"subnet": self.id("virtualNetworks", "v", "subnets", "s"), "name": "theirs"})
        for group, names in (("subnets", "vs"), ("virtual_networks", "v")):
            error = self.refused(400, "InUseSubnetCannotBeDeleted", self.delete, group, *names)
            self.assertIn("networkInterfaces/theirs/ipConfigurations/primary", str(error))

    def test_a_network_goes_in_dependency_order_and_a_missing_one_is_gone(self):
        self.gateway()
        self.virtual_network(natGateway={"id": self.id("natGateways", "n")})
        for group, *names in (["subnets", "v", "s"], ["virtual_networks", "v"], ["nat_gateways", "n"], ["public_ip_addresses", "a"],
                              ["virtual_networks", "v"]):
            self.delete(group, *names)
        self.assertEqual(self.control("state"), {"resourceGroups": 1})

    def test_a_group_takes_everything_along(self):
        self.gateway()
        self.resources.resource_groups.begin_delete("g").result()
        self.assertEqual(self.control("state"), {})

    def test_tags_are_patched_as_a_whole(self):
        self.gateway()
        self.network.nat_gateways.update_tags("g", "n", {"tags": {"a": "1"}})
        self.assertEqual(self.network.nat_gateways.update_tags("g", "n", {"tags": {"b": "2"}}).tags, {"b": "2"})

    def test_references_lead_to_what_is_there_and_ready(self):
        self.virtual_network()
        missing = {"addressPrefix": "10.0.0.0/24", "natGateway": {"id": self.id("natGateways", "n")}}
        self.refused(400, "InvalidResourceReference", self.do, "subnets", "v", "s", {"properties": missing})
        self.network.nat_gateways.begin_create_or_update("g", "n", STANDARD, polling=False)
        self.refused(409, "ReferencedResourceNotProvisioned", self.do, "subnets", "v", "s", {"properties": missing})

