"""What becomes of clusters in Azure, with the SDK of its container service."""
import json
import uuid

from azure.mgmt.containerservice import ContainerServiceClient
from simulators.azure.containers.access import NETWORK_CONTRIBUTOR
from simulators.azure.identity import SUBSCRIPTION

from .azure import PLACE, AzureTest

PRIVATE = {"enablePrivateCluster": True, "privateDNSZone": "system", "enablePrivateClusterPublicFQDN": False, "disableRunCommand": True}


class Clusters(AzureTest):
    def setUp(self):
        super().setUp()
        self.containers = ContainerServiceClient(
            subscription_id=SUBSCRIPTION, base_url=self.url, credential=object(), authentication_policy=self.authorized,
            retry_total=0, polling_interval=0)
        self.gateway()
        self.virtual_network(natGateway={"id": self.id("natGateways", "n")})
        self.subnet = self.id("virtualNetworks", "v", "subnets", "s")
        self.identity = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i"
        self.cluster = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c"

    def rest(self, method, path, body=None, version="2022-04-01", query=""):
        headers = {"Authorization": f"Bearer {self.authorized.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        status, _, text = self.http(method, f"{path}?api-version={version}{query}", data, headers)
        return status, json.loads(text) if text else {}

    def assign(self, scope, role, principal, name=None, **more):
        definition = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}"
        return self.rest("PUT", f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name or uuid.uuid4()}", {
            "properties": {"roleDefinitionId": definition, "principalId": principal, **more}})

    def make_identity(self):
        status, found = self.rest("PUT", self.identity, PLACE, "2024-11-30")
        self.assertEqual(status, 201, found)
        principal = found["properties"]["principalId"]
        self.assertEqual(self.assign(self.id("virtualNetworks", "v"), NETWORK_CONTRIBUTOR, principal)[1]["error"]["code"],
                         "PrincipalNotFound")
        self.assertEqual(self.assign(self.id("virtualNetworks", "v"), NETWORK_CONTRIBUTOR, principal,
                                     principalType="ServicePrincipal")[0], 201)
        return principal

    def pool(self, **changes):
        return {"vmSize": "Standard_D2s_v5", "count": 2, "minCount": 1, "maxCount": 3, "enableAutoScaling": True, "mode": "System",
                "vnetSubnetID": self.subnet, "availabilityZones": ["1"], **changes}

    def body(self, pools=None, **changes):
        network = {"networkPlugin": "azure", "networkPluginMode": "overlay", "outboundType": "userAssignedNATGateway",
                   "podCidr": "100.64.0.0/16", "serviceCidr": "100.127.0.0/20", "dnsServiceIP": "100.127.0.10"}
        return PLACE | {"identity": {"type": "UserAssigned", "userAssignedIdentities": {self.identity: {}}}, "properties": {
            "dnsPrefix": "d", "kubernetesVersion": "1.33", "nodeResourceGroup": "g-nodes", "apiServerAccessProfile": PRIVATE,
            "agentPoolProfiles": pools if pools is not None else [self.pool(name="first")],
            "networkProfile": network | changes.pop("network", {}), **changes}}

    def put(self, body, **named):
        return self.containers.managed_clusters.begin_create_or_update("g", "c", body, **named).result()

    def get(self):
        return self.containers.managed_clusters.get("g", "c").as_dict()

    def put_pool(self, name, properties, **named):
        return self.containers.agent_pools.begin_create_or_update("g", "c", name, {"properties": properties}, **named).result()

    def make_cluster(self):
        self.make_identity()
        return self.put(self.body())

    def refused_put(self, code, body, status=400, **named):
        self.refused(status, code, self.put, body, **named)

    def test_a_private_cluster_has_nodes_in_its_subnet_and_no_public_name(self):
        self.make_cluster()
        found = self.get()["properties"]
        self.assertEqual((found["provisioningState"], found["currentKubernetesVersion"], "fqdn" in found), ("Succeeded", "1.33.2", False))
        self.assertIn(".privatelink.westeurope.azmk8s.io", found["privateFQDN"])
        self.refused(400, "InUseSubnetCannotBeDeleted", self.delete, "subnets", "v", "s")
        credentials = self.containers.managed_clusters.list_cluster_user_credentials("g", "c", format="exec")
        self.assertIn("certificate-authority-data: ", bytes(credentials.kubeconfigs[0].value).decode())
        self.containers.managed_clusters.begin_delete("g", "c").result()
        self.assertEqual(set(self.control("state")), {
            "natGateways", "publicIPAddresses", "virtualNetworks", "subnets", "resourceGroups", "userAssignedIdentities",
            "roleAssignments"})

    def test_what_cannot_become_a_cluster_is_refused(self):
        self.refused_put("FailedIdentityOperation", self.body())
        self.rest("PUT", self.identity, PLACE, "2024-11-30")
        self.refused_put("ResourceMissingPermissionError", self.body())
        self.rest("DELETE", self.identity, None, "2024-11-30")
        self.make_identity()
        self.refused_put("BadRequest", self.body([self.pool(name="first", mode="User")]))
        self.refused_put("K8sVersionNotSupported", self.body(kubernetesVersion="1.20"))
        self.refused_put("ServiceCidrOverlapExistingSubnetsCidr", self.body(network={"serviceCidr": "10.0.0.0/20"}))
        self.refused_put("DnsServiceIpOutOfServiceCidr", self.body(network={"dnsServiceIP": "100.126.0.10"}))
        for wrong in ({"name": "Upper"}, {"name": "p", "minCount": 0}, {"name": "p", "scaleSetPriority": "Spot"}, {"name": "p", "count": 9},
                      {"name": "p", "nodeTaints": ["a=b:NoSchedule"]}, {"name": "p", "nodeLabels": {"kubernetes.azure.com/x": "y"}}):
            self.refused_put("InvalidParameter", self.body([self.pool(**wrong)]))
        self.refused_put("AvailabilityZoneNotSupported", self.body([self.pool(name="p", availabilityZones=["7"])]))
        self.do("subnets", "v", "s", {"properties": {"addressPrefix": "10.0.0.0/24"}})
        self.refused_put("SubnetNotAssociatedWithNATGateway", self.body())
        self.assertNotIn("managedClusters", self.control("state"))

    def test_one_change_at_a_time(self):
        self.make_cluster()
        self.control("settings", {"operationReads": 3})
        self.containers.agent_pools.begin_create_or_update("g", "c", "second", {"properties": self.pool()}, polling=False)
        self.refused(409, "OperationNotAllowed", self.put_pool, "third", self.pool())
        self.refused(409, "OperationNotAllowed", self.containers.managed_clusters.begin_delete, "g", "c")
        states = [self.containers.agent_pools.get("g", "c", "second").as_dict()["properties"]["provisioningState"] for _ in range(3)]
        self.assertEqual(states, ["Creating", "Creating", "Succeeded"])

    def test_a_put_is_what_was_read_with_a_change(self):
        self.make_cluster()
        read = self.get()
        self.put(read | {"tags": {"a": "b"}}, headers={"If-Match": read["eTag"]})
        self.refused_put("PreconditionFailed", read, 412, headers={"If-Match": read["eTag"]})
        self.refused_put("BadRequest", self.body([]))
        self.refused_put("BadRequest", self.body([self.pool(name="first"), self.pool(name="other")]))
        self.refused_put("PropertyChangeNotAllowed", self.body(dnsPrefix="e"))
        self.refused_put("PropertyChangeNotAllowed", self.body(network={"podCidr": "100.65.0.0/16"}))
        self.refused_put("PropertyChangeNotAllowed", self.body(apiServerAccessProfile=None))
        read = self.get()
        read["properties"]["agentPoolProfiles"][0]["maxCount"] = 9
        self.control("settings", {"operationReads": 2})
        self.containers.managed_clusters.begin_create_or_update("g", "c", read, polling=False)
        self.assertEqual(self.get()["properties"]["agentPoolProfiles"][0]["provisioningState"], "Scaling")

    def test_upgrades_go_minor_by_minor_and_pools_follow(self):
        self.make_cluster()
        self.assertEqual([item.kubernetes_version for item in
                          self.containers.managed_clusters.get_upgrade_profile("g", "c").control_plane_profile.upgrades], ["1.34.2"])
        read = self.get()
        for version in ("1.35", "1.32"):
            read["properties"]["kubernetesVersion"] = version
            self.refused_put("OperationNotAllowed", read)
        pool = dict(read["properties"]["agentPoolProfiles"][0])
        pool.pop("name")
        self.refused(400, "NodePoolMcVersionIncompatible", self.put_pool, "first", {**pool, "orchestratorVersion": "1.34"})
        read["properties"]["kubernetesVersion"] = "1.34"
        self.put(read)
        pool = self.get()["properties"]["agentPoolProfiles"][0]
        self.assertEqual(pool["currentOrchestratorVersion"], "1.33.2")
        pool.pop("name")
        self.put_pool("first", {**pool, "orchestratorVersion": "1.34"})
        self.assertEqual(self.get()["properties"]["agentPoolProfiles"][0]["currentOrchestratorVersion"], "1.34.2")

    def test_pools_keep_what_cannot_change_and_one_stays_for_the_system(self):
        self.make_cluster()
        read = self.containers.agent_pools.get("g", "c", "first").as_dict()["properties"]
        self.refused(400, "PropertyChangeNotAllowed", self.put_pool, "first", read | {"vmSize": "Standard_D4s_v5"})
        self.refused(400, "BadRequest", self.put_pool, "first", read | {"mode": "User"})
        self.refused(400, "BadRequest", self.containers.agent_pools.begin_delete, "g", "c", "first")
        self.put_pool("first", read | {"maxCount": 7, "nodeLabels": {"a": "b"}}, headers={"If-Match": read["eTag"]})
        self.refused(412, "PreconditionFailed", self.put_pool, "first", read, headers={"If-Match": read["eTag"]})
        self.put_pool("spot", self.pool(mode="User", scaleSetPriority="Spot", minCount=0, count=0))
        self.assertEqual(self.containers.agent_pools.get("g", "c", "spot").as_dict()["properties"]["nodeTaints"],
                         ["kubernetes.azure.com/scalesetpriority=spot:NoSchedule"])
        self.containers.agent_pools.begin_delete("g", "c", "spot").result()
        self.assertEqual([pool.name for pool in self.containers.agent_pools.list("g", "c")], ["first"])

    def test_the_autoscaler_and_people_change_clusters(self):
        self.make_cluster()
        self.control("cluster", {"cluster": self.cluster, "pool": "first", "set": {"count": 3}})
        self.assertEqual(self.control("state")["networkInterfaces"], 3)
        self.control("cluster", {"cluster": self.cluster, "disk": "pvc-1"})
        self.control("cluster", {"cluster": self.cluster, "publicAddress": "kubernetes-a"})
        self.assertEqual(len(list(self.network.public_ip_addresses.list("g-nodes"))), 1)
        self.control("cluster", {"cluster": self.cluster, "set": {"disableLocalAccounts": False}})
        self.control("faults", {"operation": "Microsoft.ContainerService/managedClusters/write",
                                "fails": {"code": "Oh", "message": "m"}})
        read = self.get()
        self.refused(200, "Oh", self.put, read)
        self.assertEqual(self.get()["properties"]["provisioningState"], "Failed")
        self.put(self.get())
        self.assertEqual(self.get()["properties"]["provisioningState"], "Succeeded")

    def test_assignments_are_unique_and_listed_by_scope(self):
        self.make_cluster()
        person, role = str(uuid.uuid4()), "7f6c6a51-bcf8-42ba-9220-52d62157d7db"
        name, path = str(uuid.uuid4()), f"{self.cluster}/providers/Microsoft.Authorization/roleAssignments"
        self.assertEqual(self.assign(f"{self.cluster}/namespaces/shop", role, person, principalType="Group")[0], 201)
        self.assertEqual(self.assign(self.cluster, role, person, name, principalType="Group")[0], 201)
        self.assertEqual(self.assign(self.cluster, role, person, name, description="d")[0], 200)
        self.assertEqual(self.assign(self.cluster, role, person)[1]["error"]["code"], "RoleAssignmentExists")
        self.assertEqual(self.assign(self.cluster, role, str(uuid.uuid4()), name)[1]["error"]["code"], "RoleAssignmentUpdateNotPermitted")
        self.assertEqual(self.assign(self.cluster, role, person, "name")[1]["error"]["code"], "InvalidRoleAssignmentId")

        def listed(query):
            return [item["properties"]["scope"] for item in self.rest("GET", path, query=query)[1]["value"]]

        self.assertEqual(listed("&$filter=atScope()"), [self.cluster])
        self.assertEqual(sorted(listed("")), [self.cluster, f"{self.cluster}/namespaces/shop"])
        self.assertEqual([self.rest("DELETE", f"{path}/{name}")[0] for _ in range(2)], [200, 204])
        self.assertIn(("Microsoft.Authorization/roleAssignments/write", 201), self.operations())

    def test_diagnostic_settings_outlive_their_cluster_and_share_no_category(self):
        self.make_cluster()
        path = f"{self.cluster}/providers/Microsoft.Insights/diagnosticSettings"
        workspace = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w"

        def put(name, *categories, **more):
            body = {"workspaceId": workspace, "logs": [{"category": category, "enabled": True} for category in categories], **more}
            return self.rest("PUT", f"{path}/{name}", {"properties": body}, "2021-05-01-preview")

        status, made = put("ours", "kube-audit", "guard")
        self.assertEqual(status, 200, made)
        self.assertEqual([log["category"] for log in made["properties"]["logs"] if log["enabled"]], ["guard", "kube-audit"])
        self.assertEqual((put("theirs", "kube-audit")[0], put("theirs", "kube-scheduler")[0]), (409, 200))
        self.assertEqual([put("wrong", "apiserver")[0], put("wrong")[0], put("wrong", "guard", workspaceId="w")[0]], [400] * 3)
        for number in range(3):
            self.assertEqual(put(f"n{number}", "kube-apiserver", workspaceId=f"{workspace}{number}")[0], 200)
        self.assertEqual(put("sixth", "kube-apiserver")[0], 409)
        self.containers.managed_clusters.begin_delete("g", "c").result()
        self.assertEqual(self.rest("GET", f"{path}/ours", version="2021-05-01-preview")[0], 200)
        self.assertEqual(put("late", "guard")[0], 404)
        self.assertEqual([self.rest("DELETE", f"{path}/ours", version="2021-05-01-preview")[0] for _ in range(2)], [200, 204])
        self.assertEqual(self.rest("GET", f"{path}/ours", version="2021-05-01-preview")[0], 404)

    def test_a_service_gets_a_frontend_with_a_public_address(self):
        self.make_cluster()
        self.control("cluster", {"cluster": self.cluster, "service": "shop/web"})
        self.control("cluster", {"cluster": self.cluster, "service": "shop/api", "address": self.id("publicIPAddresses", "a")})
        balancer, = self.network.load_balancers.list("g-nodes")
        addresses = [frontend.public_ip_address.id for frontend in balancer.frontend_ip_configurations]
        self.assertEqual([address.rpartition("/")[2] for address in addresses][1], "a")
        own, = self.network.public_ip_addresses.list("g-nodes")
        self.assertEqual((own.id, own.tags["k8s-azure-service"]), (addresses[0], "shop/web"))
