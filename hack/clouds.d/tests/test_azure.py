"""The Azure simulator against Azure's own SDK for Python."""
import base64
import json
from urllib.parse import urlencode

from azure.core.exceptions import HttpResponseError
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient
from simulators.azure.identity import CLIENT, FEDERATED, SECRET, SUBSCRIPTION, TENANT
from simulators.azure.simulator import Azure

from .harness import SimulatorTest

PLACE = {"location": "westeurope"}
STANDARD = PLACE | {"sku": {"name": "Standard"}}


class Authorized(SansIOHTTPPolicy):
    """The SDK's own policy refuses to send a token over plain HTTP."""

    def __init__(self, token):
        self.token = token

    def on_request(self, request):
        request.http_request.headers["Authorization"] = f"Bearer {self.token}"


class AzureTest(SimulatorTest):
    make = Azure

    def setUp(self):
        super().setUp()
        status, body = self.token(client_secret=SECRET)
        self.assertEqual(status, 200, body)
        self.authorized = Authorized(body["access_token"])
        options = {"base_url": self.url, "credential": object(), "authentication_policy": self.authorized, "retry_total": 0,
                   "polling_interval": 0}
        self.network = NetworkManagementClient(subscription_id=SUBSCRIPTION, **options)
        self.resources = ResourceManagementClient(subscription_id=SUBSCRIPTION, **options)
        self.resources.resource_groups.create_or_update("g", PLACE)

    def token(self, tenant=TENANT, **changes):
        form = {"grant_type": "client_credentials", "client_id": CLIENT, "scope": "https://management.azure.com/.default"}
        status, _, body = self.http("POST", f"/{tenant}/oauth2/v2.0/token", urlencode(form | changes).encode())
        return status, json.loads(body)

    def id(self, *path):
        return f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Network/" + "/".join(path)

    def do(self, group, *arguments):
        return getattr(self.network, group).begin_create_or_update("g", *arguments).result()

    def delete(self, group, *names):
        getattr(self.network, group).begin_delete("g", *names).result()

    def refused(self, status, code, call, *arguments, **named):
        with self.assertRaises(HttpResponseError) as caught:
            call(*arguments, **named)
        self.assertEqual((caught.exception.status_code, caught.exception.error.code), (status, code), caught.exception)
        return caught.exception

    def virtual_network(self, **subnet):
        space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
        self.do("virtual_networks", "v", PLACE | {"properties": space})
        self.do("subnets", "v", "s", {"properties": {"addressPrefix": "10.0.0.0/24"} | subnet})

    def gateway(self):
        self.do("public_ip_addresses", "a", STANDARD | {"properties": {"publicIPAllocationMethod": "Static"}})
        addresses = [{"id": self.id("publicIPAddresses", "a")}]
        return self.do("nat_gateways", "n", STANDARD | {"properties": {"publicIpAddresses": addresses}})


class Requests(AzureTest):
    def test_tokens_are_for_known_clients_only(self):
        self.assertEqual(self.token(client_secret="wrong")[1]["error"], "invalid_client")
        self.assertEqual(self.token(tenant="other", client_secret=SECRET)[1]["error_codes"], [90002])
        jwt = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (b"{}", b'{"exp": 9999999999}', b"s"))
        self.assertEqual(self.token(client_assertion=jwt, client_assertion_type=FEDERATED)[0], 200)
        self.assertEqual(self.token(client_assertion="x", client_assertion_type=FEDERATED)[0], 401)
        path = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://management.azure.com/"
        self.assertEqual([self.http("GET", path, headers=headers)[0] for headers in ({}, {"Metadata": "true"})], [400, 200])
        self.authorized.token = "stale"
        self.refused(401, "InvalidAuthenticationToken", self.network.virtual_networks.get, "g", "v")

    def test_what_the_models_do_not_know_is_refused(self):
        put = self.network.nat_gateways.begin_create_or_update

        def refused(code, body):
            self.refused(400, code, put, "g", "n", body if isinstance(body, bytes) else json.dumps(body).encode())

        refused("InvalidRequestFormat", STANDARD | {"properties": {"idleTimeout": 4}})
        refused("InvalidRequestFormat", PLACE | {"sku": {"name": "Golden"}})
        refused("LocationRequired", {"sku": {"name": "Standard"}})
        refused("InvalidRequestContent", b"{")
        refused("InvalidTagNameCharacters", STANDARD | {"tags": {"cloudlinker.dev/backbone": "x"}})
        refused("TooManyTags", STANDARD | {"tags": {f"t{number}": "" for number in range(51)}})
        self.assertEqual(self.control("state"), {"resourceGroups": 1})

    def test_throttling_says_when_to_come_back(self):
        self.control("faults", {"operation": "Microsoft.Network/natGateways/*", "status": 429, "retryAfter": 3})
        error = self.refused(429, "SubscriptionRequestsThrottled", self.network.nat_gateways.get, "g", "n")
        self.assertEqual(error.response.headers["Retry-After"], "3")

    def test_lists_come_in_pages(self):
        for name in "abcde":
            self.do("route_tables", name, PLACE)
        self.control("settings", {"pageSize": 2})
        pages = [[table.name for table in page] for page in self.network.route_tables.list("g").by_page()]
        self.assertEqual(pages, [["a", "b"], ["c", "d"], ["e"]])
        self.assertEqual(len(list(self.resources.resources.list_by_resource_group("g"))), 5)


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

