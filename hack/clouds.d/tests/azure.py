"""The Azure simulator, and Azure's own SDK for Python."""
import json
from urllib.parse import urlencode

from azure.core.exceptions import HttpResponseError
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient
from simulators.azure.identity import CLIENT, SECRET, SUBSCRIPTION, TENANT
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
