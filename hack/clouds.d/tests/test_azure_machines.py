"""What becomes of container groups in Azure, with the SDK of Container Instances."""
import json

from azure.mgmt.containerinstance import ContainerInstanceManagementClient
from simulators.azure.identity import SUBSCRIPTION

from .azure import PLACE, AzureTest

DELEGATION = [{"name": "d", "properties": {"serviceName": "Microsoft.ContainerInstance/containerGroups"}}]


class ContainerGroups(AzureTest):
    def setUp(self):
        super().setUp()
        self.client = ContainerInstanceManagementClient(
            subscription_id=SUBSCRIPTION, base_url=self.url, credential=object(), authentication_policy=self.authorized,
            retry_total=0, polling_interval=0)
        self.virtual_network(delegations=DELEGATION)
        self.subnet = self.id("virtualNetworks", "v", "subnets", "s")

    def body(self, image="twingate/connector:1", variables=(), **changes):
        port = {"port": 80, "protocol": "TCP"}
        return PLACE | {
            "tags": {"a": "b"}, "properties": {
                "osType": "Linux", "ipAddress": {"type": "Private", "ports": [port]}, "subnetIds": [{"id": self.subnet}],
                "containers": [{"name": "c", "properties": {
                    "image": image, "ports": [port], "environmentVariables": list(variables),
                    "resources": {"requests": {"cpu": 1, "memoryInGB": 1}}}}], **changes}}

    def put(self, body, name="m"):
        # As bytes: the SDK's own models would leave out what they do not know.
        return self.client.container_groups.begin_create_or_update("g", name, json.dumps(body).encode()).result()

    def get(self):
        return self.client.container_groups.get("g", "m")

    def test_a_group_runs_in_its_subnet_and_keeps_its_secrets(self):
        login = {"server": "index.docker.io", "username": "u", "password": "hidden-password"}
        self.put(self.body(variables=[{"name": "PLAIN", "value": "shown"}, {"name": "TOKEN", "secureValue": "hidden-token"}],
                           imageRegistryCredentials=[login]))
        found = self.get()
        self.assertEqual((found.provisioning_state, found.instance_view.state, found.ip_address.ip), ("Succeeded", "Running", "10.0.0.4"))
        variables = {variable.name: (variable.value, variable.secure_value) for variable in found.containers[0].environment_variables}
        self.assertEqual(variables, {"PLAIN": ("shown", None), "TOKEN": (None, None)})
        self.assertIsNone(found.image_registry_credentials[0].password)
        shown = str(self.control("objects")) + str(self.control("requests"))
        self.assertNotIn("hidden-", shown)
        listed = list(self.client.container_groups.list_by_resource_group("g"))
        self.assertEqual([(one.name, one.instance_view) for one in listed], [("m", None)])

    def test_a_group_keeps_its_subnet_with_its_delegation(self):
        self.put(self.body())
        self.refused(400, "InUseSubnetCannotBeDeleted", self.delete, "subnets", "v", "s")
        without = {"properties": {"addressPrefix": "10.0.0.0/24"}}
        self.refused(400, "SubnetDelegationsCannotChangeWhenSubnetUsedByResource", self.do, "subnets", "v", "s", without)
        self.client.container_groups.begin_delete("g", "m").result()
        self.do("subnets", "v", "s", without)
        self.refused(400, "SubnetMissingRequiredDelegation", self.put, self.body())
        self.delete("subnets", "v", "s")

    def test_what_azure_refuses(self):
        for code, changes in {
                "PrivateIPAddressRequired": {"ipAddress": {"type": "Public", "ports": [{"port": 80}]}},
                "IpAddressPortsNotExposed": {"ipAddress": {"type": "Private", "ports": [{"port": 81}]}},
                "MissingIpAddressPorts": {"ipAddress": {"type": "Private", "ports": []}},
                "InvalidImageRegistryCredential": {"imageRegistryCredentials": [{"server": "https://index.docker.io"}]},
        }.items():
            self.refused(400, code, self.put, self.body(**changes))
        self.refused(400, "AvailabilityZonesNotSupported", self.put, self.body() | {"zones": ["1"]})
        self.refused(400, "InvalidEnvironmentVariable", self.put, self.body(variables=[{"name": "A", "value": "a", "secureValue": "b"}]))
        self.refused(400, "InvalidContainerGroupName", self.put, self.body(), "Capital")
        self.refused(400, "InvalidRequestFormat", self.put, self.body(osType="Plan9"))
        self.put(self.body())
        self.refused(400, "InvalidContainerGroupUpdate", self.put, self.body("twingate/connector:2"))
        self.put(self.body())

    def test_a_full_subnet_takes_no_more(self):
        self.virtual_network(addressPrefix="10.0.0.0/29", delegations=DELEGATION)
        for name in ("a", "b", "c"):
            self.put(self.body(), name)
        self.refused(400, "SubnetIsFull", self.put, self.body(), "d")

    def test_what_happens_in_the_portal(self):
        self.put(self.body())
        self.control("machines", {"stop": "m"})
        self.assertEqual(self.get().instance_view.state, "Stopped")
        self.control("machines", {"delete": "m"})
        self.assertEqual(list(self.client.container_groups.list_by_resource_group("g")), [])

    def test_a_delegation_names_a_service(self):
        wrong = {"properties": {"addressPrefix": "10.0.1.0/24", "delegations": [{"name": "d", "properties": {"serviceName": "Nobody"}}]}}
        self.refused(400, "InvalidServiceName", self.do, "subnets", "v", "t", wrong)
