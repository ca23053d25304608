"""Who is let in by Azure, and what is refused for what it says."""
import base64
import json

from simulators.azure.identity import FEDERATED, SECRET, SUBSCRIPTION

from .azure import PLACE, STANDARD, AzureTest


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

    def test_regions_tell_their_zones(self):
        path = f"/subscriptions/{SUBSCRIPTION}/locations?api-version=2022-12-01"
        status, _, body = self.http("GET", path, headers={"Authorization": f"Bearer {self.authorized.token}"})
        zones = {region["name"]: len(region["availabilityZoneMappings"]) for region in json.loads(body)["value"]}
        self.assertEqual((status, zones["westeurope"], zones["westus"]), (200, 3, 0))
