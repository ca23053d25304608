"""Clusters of GKE: private by request only, one operation at a time, and pools that an autoscaler sizes."""
import json

from googleapiclient.errors import HttpError

from .gcp import PROJECT, REGION, GoogleCloudTest

PARENT = f"projects/{PROJECT}/locations/{REGION}"
CLUSTER = f"{PARENT}/clusters/c"
PRIVATE = {"ipEndpointsConfig": {"enablePublicEndpoint": False, "authorizedNetworksConfig": {
    "enabled": True, "cidrBlocks": [{"cidrBlock": "10.0.0.0/16"}]}}, "dnsEndpointConfig": {"allowExternalTraffic": False}}
POOL = {"name": "general", "initialNodeCount": 1, "autoscaling": {"enabled": True, "totalMinNodeCount": 3, "totalMaxNodeCount": 6}}


class ClusterTest(GoogleCloudTest):
    def setUp(self):
        super().setUp()
        self.network()
        ranges = [{"rangeName": "pods", "ipCidrRange": "100.64.0.0/16"}, {"rangeName": "services", "ipCidrRange": "100.127.0.0/20"}]
        self.subnet("k", "10.0.1.0/24", secondaryIpRanges=ranges)
        self.clusters = self.container.projects().locations().clusters()
        self.pools = self.clusters.nodePools()
        self.bindings = self.gkehub.projects().locations().memberships().rbacrolebindings()

    def body(self, **changes):
        return {"name": "c", "network": f"projects/{PROJECT}/global/networks/n",
                "subnetwork": f"projects/{PROJECT}/regions/{REGION}/subnetworks/k",
                "ipAllocationPolicy": {"useIpAliases": True, "clusterSecondaryRangeName": "pods",
                                       "servicesSecondaryRangeName": "services"},
                "controlPlaneEndpointsConfig": PRIVATE, "networkConfig": {"defaultEnablePrivateNodes": True},
                "initialClusterVersion": "1.33", "nodePools": [POOL]} | changes

    def create(self, **changes):
        return self.clusters.create(parent=PARENT, body={"cluster": self.body(**changes)}).execute()

    def made(self, **changes):
        self.done(self.create(**changes))
        return self.cluster()

    def cluster(self):
        return self.clusters.get(name=CLUSTER).execute()

    def done(self, operation):
        operations = self.container.projects().locations().operations()
        for _ in range(5):
            operation = operations.get(name=f"{PARENT}/operations/{operation['name']}").execute()
        self.assertEqual(operation["status"], "DONE")
        return operation

    def update(self, **update):
        return self.clusters.update(name=CLUSTER, body={"update": update}).execute()

    def update_pool(self, **update):
        body = {"imageType": "COS_CONTAINERD", "nodeVersion": "-"} | update
        return self.pools.update(name=f"{CLUSTER}/nodePools/general", body=body).execute()

    def instances(self):
        found = self.compute.instances().aggregatedList(
            project=PROJECT, filter='labels.goog-k8s-cluster-name = "c"').execute()["items"].values()
        return [one for scope in found for one in scope.get("instances", [])]


class Clusters(ClusterTest):
    def test_a_cluster_is_provisioned_and_then_runs_with_nodes_in_its_zones(self):
        self.create()
        self.assertEqual(self.clusters.get(name=CLUSTER).execute()["status"], "PROVISIONING")
        cluster = self.cluster()
        self.assertEqual((cluster["status"], [pool["status"] for pool in cluster["nodePools"]]), ("RUNNING", ["RUNNING"]))
        self.assertTrue(cluster["currentMasterVersion"].startswith("1.33."))
        self.assertTrue(cluster["endpoint"].startswith("10.0.1."))
        self.assertNotIn("publicEndpoint", cluster["controlPlaneEndpointsConfig"]["ipEndpointsConfig"])
        self.assertEqual(len({one["zone"] for one in self.instances()}), 3)
        self.assertFalse(any("accessConfigs" in one["networkInterfaces"][0] for one in self.instances()))

    def test_what_is_not_asked_for_is_public(self):
        body = self.body()
        del body["controlPlaneEndpointsConfig"], body["networkConfig"]
        self.clusters.create(parent=PARENT, body={"cluster": body}).execute()
        self.cluster()
        cluster = self.cluster()
        self.assertEqual(cluster["endpoint"], cluster["controlPlaneEndpointsConfig"]["ipEndpointsConfig"]["publicEndpoint"])
        self.assertTrue(all("natIP" in one["networkInterfaces"][0]["accessConfigs"][0] for one in self.instances()))

    def test_what_gke_refuses(self):
        self.refused(400, "badRequest", self.create, name="C")
        self.refused(400, "badRequest", self.create, name="c" * 41)
        self.refused(400, "badRequest", self.create, initialClusterVersion="v1.33")
        self.refused(400, "badRequest", self.create, privateClusterConfig={"enablePrivateNodes": True})
        self.refused(400, "badRequest", self.create, nodePools=[])
        networks = {"enabled": True, "cidrBlocks": [{"cidrBlock": "198.51.100.0/24"}]}
        endpoints = {"ipEndpointsConfig": {"enablePublicEndpoint": False, "authorizedNetworksConfig": networks}}
        self.refused(400, "badRequest", self.create, controlPlaneEndpointsConfig=endpoints)
        self.refused(400, "badRequest", self.create, subnetwork="elsewhere")
        self.refused(400, "badRequest", self.create, ipAllocationPolicy={"useIpAliases": True, "clusterSecondaryRangeName": "none"})
        self.refused(400, "badRequest", self.create, nodepools=[POOL])
        self.refused(400, "invalid", self.create, resourceLabels={"Team": "a"})
        mixed = POOL | {"autoscaling": POOL["autoscaling"] | {"minNodeCount": 1, "maxNodeCount": 2}}
        self.refused(400, "badRequest", self.create, nodePools=[mixed])
        self.assertNotIn("clusters", self.control("state"))
        self.create()
        self.refused(409, "alreadyExists", self.create)

    def test_one_operation_at_a_time_and_five_in_a_region(self):
        self.create()
        with self.assertRaises(HttpError) as caught:
            self.update(desiredReleaseChannel={"channel": "STABLE"})
        error = json.loads(caught.exception.content)["error"]
        self.assertEqual((error["code"], error["status"]), (400, "FAILED_PRECONDITION"))
        self.assertEqual(error["details"][0]["reason"], "CLUSTER_ALREADY_HAS_OPERATION")
        for number in range(4):
            self.create(name=f"c{number}")
        self.refused(429, "rateLimitExceeded", self.create, name="sixth")

    def test_an_update_has_one_field_and_a_current_etag(self):
        cluster = self.made()
        logs = {"componentConfig": {"enableComponents": ["SYSTEM_COMPONENTS", "APISERVER"]}}
        self.refused(400, "badRequest", self.update, desiredLoggingConfig=logs, desiredReleaseChannel={"channel": "STABLE"})
        self.refused(400, "badRequest", self.update, desiredNodePoolId="general", desiredNodeVersion="-")
        self.refused(409, "aborted", self.update, desiredLoggingConfig=logs, etag="old")
        self.done(self.update(desiredLoggingConfig=logs, etag=cluster["etag"]))
        self.assertEqual(self.cluster()["loggingConfig"], logs)
        self.refused(409, "aborted", self.update, desiredLoggingConfig=logs, etag=cluster["etag"])

    def test_versions_go_up_one_minor_at_a_time_and_nodes_follow(self):
        self.made()
        self.refused(400, "failedPrecondition", self.update, desiredMasterVersion="1.35")
        self.refused(400, "badRequest", self.update_pool, nodeVersion="1.34")
        self.done(self.update(desiredMasterVersion="1.34"))
        self.refused(400, "failedPrecondition", self.update, desiredMasterVersion="1.33")
        pool = self.cluster()["nodePools"][0]
        self.assertTrue(pool["version"].startswith("1.33"))
        self.done(self.update_pool())
        self.assertTrue(self.cluster()["nodePools"][0]["version"].startswith("1.34"))

    def test_labels_and_maintenance_need_what_was_read(self):
        cluster = self.made()
        labels = {"resourceLabels": {"team": "a"}, "labelFingerprint": "old"}
        self.refused(400, "failedPrecondition", self.clusters.setResourceLabels(name=CLUSTER, body=labels).execute)
        labels["labelFingerprint"] = cluster["labelFingerprint"]
        self.done(self.clusters.setResourceLabels(name=CLUSTER, body=labels).execute())
        self.assertEqual(self.cluster()["resourceLabels"], {"team": "a"})
        options = {"scope": "NO_MINOR_UPGRADES", "endTimeBehavior": "UNTIL_END_OF_SUPPORT"}
        policy = {"window": {"maintenanceExclusions": {"x": {"startTime": "2026-11-26T00:00:00Z", "maintenanceExclusionOptions": options}}}}
        body = {"maintenancePolicy": policy}
        self.refused(409, "aborted", self.clusters.setMaintenancePolicy(name=CLUSTER, body=body).execute)
        policy["resourceVersion"] = cluster["maintenancePolicy"]["resourceVersion"]
        self.done(self.clusters.setMaintenancePolicy(name=CLUSTER, body=body).execute())
        window = self.cluster()["maintenancePolicy"]["window"]["maintenanceExclusions"]["x"]
        self.assertEqual((window["maintenanceExclusionOptions"], "endTime" in window), (options, True))

    def test_a_creation_may_fail_and_leaves_what_can_only_be_deleted(self):
        self.control("faults", [{"operation": "*clusters.create", "fails": {"code": "GCE_STOCKOUT", "message": "none left"}}])
        done = self.done(self.create())
        self.assertEqual(done["error"]["message"], "none left")
        self.assertEqual((self.cluster()["status"], self.cluster()["conditions"][0]["code"]), ("ERROR", "GCE_STOCKOUT"))
        self.refused(400, "failedPrecondition", self.update, desiredMasterVersion="1.34")
        self.done(self.clusters.delete(name=CLUSTER).execute())
        self.assertNotIn("clusters", self.control("state"))

    def test_a_deletion_takes_pools_and_nodes_and_frees_the_subnetwork(self):
        before = self.control("state")
        self.made()
        self.refused(400, "resourceInUseByAnotherResource", self.start, "subnetworks", "delete", subnetwork="k")
        self.done(self.clusters.delete(name=CLUSTER).execute())
        self.assertEqual(self.control("state"), before)


class Pools(ClusterTest):
    def test_pools_come_and_go_one_at_a_time(self):
        self.made()
        body = {"nodePool": {"name": "spot", "config": {"spot": True}, "initialNodeCount": 0,
                             "autoscaling": {"enabled": True, "totalMaxNodeCount": 2}}}
        operation = self.pools.create(parent=CLUSTER, body=body).execute()
        self.refused(400, "failedPrecondition", self.pools.delete(name=f"{CLUSTER}/nodePools/general").execute)
        self.assertEqual(self.done(operation)["operationType"], "CREATE_NODE_POOL")
        self.refused(409, "alreadyExists", self.pools.create(parent=CLUSTER, body=body).execute)
        self.done(self.pools.delete(name=f"{CLUSTER}/nodePools/general").execute())
        self.assertEqual([pool["name"] for pool in self.cluster()["nodePools"]], ["spot"])
        self.assertEqual(self.instances(), [])

    def test_a_change_of_a_pool_needs_image_and_version_and_replaces_lists(self):
        self.made()
        self.refused(400, "badRequest", self.pools.update(
            name=f"{CLUSTER}/nodePools/general", body={"labels": {"labels": {"a": "b"}}}).execute)
        self.refused(400, "badRequest", self.update_pool, labels={"labels": {"kubernetes.io/x": "y"}})
        self.done(self.update_pool(labels={"labels": {"a": "b"}}))
        self.done(self.update_pool(labels={"labels": {"c": "d"}}))
        self.done(self.update_pool(taints={"taints": [{"key": "gpu", "value": "yes", "effect": "NO_SCHEDULE"}]}))
        self.done(self.update_pool(machineType="e2-standard-4", diskSizeGb="50"))
        config = self.cluster()["nodePools"][0]["config"]
        self.assertEqual((config["labels"], config["machineType"], config["diskSizeGb"]), ({"c": "d"}, "e2-standard-4", 50))

    def test_sizes_are_the_autoscalers(self):
        self.made()
        wanted = {"autoscaling": {"enabled": True, "totalMinNodeCount": 1, "totalMaxNodeCount": 9}}
        self.done(self.pools.setAutoscaling(name=f"{CLUSTER}/nodePools/general", body=wanted).execute())
        self.control("cluster", {"cluster": "c", "nodePool": "general", "size": 7})
        self.assertEqual(len(self.instances()), 7)
        self.assertEqual(self.cluster()["nodePools"][0]["autoscaling"]["locationPolicy"], "BALANCED")
        self.control("cluster", {"cluster": "c", "nodePool": "general", "publicAddress": "198.51.100.9"})
        addresses = [one["networkInterfaces"][0].get("accessConfigs") for one in self.instances()]
        self.assertEqual(addresses.count(None), 6)

    def test_what_workloads_make_is_found_by_the_tag_of_the_nodes_and_stays(self):
        self.made()
        tag = self.instances()[0]["tags"]["items"][0]
        self.control("cluster", {"cluster": "c", "service": "shop/web", "address": "34.1.2.3"})
        self.control("cluster", {"cluster": "c", "ingress": "shop/api", "address": "34.1.2.4"})
        self.control("cluster", {"cluster": "c", "disk": "pvc-1"})

        def listed(collection, **more):
            found = getattr(self.compute, collection)().aggregatedList(project=PROJECT, **more).execute()["items"]
            return [item for scope in found.values() for item in scope.get(collection, [])]

        rules = {rule["IPAddress"]: rule["name"] for rule in listed("forwardingRules")}
        opened = [rule for rule in self.start("firewalls", "list")["items"] if rule["targetTags"] == [tag]]
        self.assertIn(f"k8s-fw-{rules['34.1.2.3']}", [rule["name"] for rule in opened])
        uid = next(rule["name"] for rule in opened if "l7" in rule["name"]).rpartition("-")[2][:8]
        self.assertIn(uid, rules["34.1.2.4"])
        self.assertEqual({group["name"][:14] for group in listed("networkEndpointGroups")}, {f"k8s1-{uid}-"})
        self.done(self.clusters.delete(name=CLUSTER).execute())
        disks = listed("disks", filter='labels.goog-k8s-cluster-name = "c"')
        self.assertEqual(([disk["name"] for disk in disks], len(listed("forwardingRules"))), (["pvc-1"], 2))


class Fleet(ClusterTest):
    def test_bindings_are_made_in_the_membership_that_came_with_the_cluster(self):
        cluster = self.made(fleet={"project": PROJECT})
        membership = cluster["fleet"]["membership"].removeprefix("//gkehub.googleapis.com/")
        body = {"user": "a@example.com", "role": {"predefinedRole": "EDIT"}, "labels": {"x": "y"}}
        self.bindings.create(parent=membership, rbacrolebindingId="b", body=body).execute()
        states = [self.bindings.list(parent=membership).execute()["rbacrolebindings"][0]["state"]["code"] for _ in range(2)]
        self.assertEqual(states[-1], "READY")
        for wrong in ({"group": "g"}, {"role": {}}, {"user": ""}):
            with self.assertRaises(HttpError) as caught:
                self.bindings.create(parent=membership, rbacrolebindingId="c", body=body | wrong).execute()
            self.assertEqual(json.loads(caught.exception.content)["error"]["status"], "INVALID_ARGUMENT")
        change = {"role": {"predefinedRole": "VIEW"}}
        self.bindings.patch(name=f"{membership}/rbacrolebindings/b", updateMask="role", body=change).execute()
        for _ in range(2):
            found = self.bindings.get(name=f"{membership}/rbacrolebindings/b").execute()
        self.assertEqual((found["role"], found["labels"]), (change["role"], {"x": "y"}))
        self.bindings.delete(name=f"{membership}/rbacrolebindings/b").execute()
        for _ in range(2):
            found = self.bindings.list(parent=membership).execute()
        self.assertEqual(found["rbacrolebindings"], [])
        self.done(self.clusters.delete(name=CLUSTER).execute())
        self.assertNotIn("memberships", self.control("state"))
