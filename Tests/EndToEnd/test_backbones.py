"""Networks and clusters in three clouds, made by the operator in its pod from a namespace that also has a VPN."""
import base64
import contextlib
import time

import cluster
import clouds
import operators
from case import EndToEndCase
from cluster import condition, kubectl

RANGES = {"aws": "10.10.0.0/16", "gcp": "10.20.0.0/16", "azure": "10.30.0.0/16"}


class Backbones(EndToEndCase):
    connections = ("office",)

    def apply(self, **ranges):
        """Backbones of these clouds, and their removal at the end."""
        name = self.environment.name
        kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=clouds.secrets(name))
        wanted = [clouds.backbone(cloud, name, cidr) for cloud, cidr in ranges.items()]
        self.addCleanup(cluster.delete, *wanted)
        cluster.apply(*wanted)
        return wanted

    def wait_ready(self, names):
        for name in names:
            self.wait_condition("backbone", name, "AsExpected", 90)

    def test_three_networks_are_made_and_deleted_and_an_operator_that_is_killed_meanwhile_makes_none_twice(self):
        before = clouds.counts()
        self.wait_connected("office", seconds=90)
        wanted = self.apply(**RANGES)
        self.wait_ready(RANGES)
        whole = clouds.counts()
        for name in RANGES:
            backbone = self.environment.backbone(name)
            self.assertEqual(len(backbone["status"]["subnets"]), 2)
            self.assertRegex(condition(backbone, "VPNReady")["message"], "^The VPNConnection [a-z-]+ is Ready$")
        table = kubectl("-n", self.environment.name, "get", "backbones")
        self.assertRegex(table, r"(?m)^aws +AWS +eu-west-1 +10\.10\.0\.0/16 +\d+(\.\d+){3} +True")
        cluster.delete(*wanted)
        self.assertEqual(clouds.counts(), before)

        self.apply(**RANGES)
        for _ in range(3):
            operators.kill()
        self.wait_ready(RANGES)
        self.assertEqual(clouds.counts(), whole)
        cluster.delete(*wanted)
        self.assertEqual(clouds.counts(), before)
        self.assertEqual(clouds.findings(), [])

    def test_a_network_whose_secret_is_gone_is_deleted_by_an_operator_that_has_just_started(self):
        before = clouds.counts()
        wanted = self.apply(aws=RANGES["aws"])
        self.wait_ready(["aws"])
        kubectl("-n", self.environment.name, "delete", "secret", "aws")
        operators.kill()
        cluster.delete(*wanted)
        self.assertEqual(clouds.counts(), before)
        # The copy of the credentials is deleted right after the finalizer.
        self.wait_until("no credentials are kept", lambda: not cluster.items(
            "secrets", operators.SYSTEM, "cloudlinker.dev/credentials-of"), 10)

    def look_again(self, *names):
        """Asks for a pass of each cluster, as `kubectl cloudlinker reconcile` does: the simulators get on with each look."""
        for name in names:
            with contextlib.suppress(cluster.CommandFailed):  # it may be gone by now
                kubectl("-n", self.environment.name, "annotate", "--overwrite", f"privatecluster/{name}",
                        f"reconcile.fluxcd.io/requestedAt={time.time()}")

    def test_a_private_cluster_is_made_in_each_network_and_goes_before_it(self):
        before = clouds.counts()
        self.wait_connected("office", seconds=90)
        networks = self.apply(**RANGES)
        self.wait_ready(RANGES)
        wanted = [clouds.private_cluster(cloud, self.environment.name) for cloud in RANGES]
        self.addCleanup(cluster.delete, *wanted, wait=False)
        cluster.apply(*wanted)

        def ready(name):
            return condition(self.environment.private_cluster(name))

        def all_ready():
            waiting = [name for name in RANGES if ready(name).get("status") != "True"]
            self.look_again(*waiting)
            return not waiting
        self.wait_until("every cluster is Ready", all_ready, 120, lambda: {name: ready(name) for name in RANGES})
        table = kubectl("-n", self.environment.name, "get", "privateclusters")
        self.assertRegex(table, r"(?m)^gcp +gcp +1\.33 +1/1 +True +AsExpected")
        for name in RANGES:
            self.assertEqual(condition(self.environment.private_cluster(name), "Private")["status"], "True")
            secret = cluster.get("secret", f"{name}-kubeconfig", self.environment.name)
            kubeconfig = base64.b64decode(secret["data"]["value"]).decode()
            shown = kubectl("--kubeconfig", "/dev/stdin", "config", "view", "--minify", stdin=kubeconfig)
            self.assertIn("exec:", shown)

        cluster.delete(*networks, wait=False)
        self.wait_until("the network names its cluster", lambda: "PrivateCluster" in condition(
            self.environment.backbone("aws")).get("message", ""), 30, lambda: condition(self.environment.backbone("aws")))
        cluster.delete(*wanted, wait=False)

        def all_gone():
            left = [name for name in RANGES if self.environment.private_cluster(name)]
            self.look_again(*left)
            return not left
        self.wait_until("every cluster is gone", all_gone, 120, lambda: {name: ready(name) for name in RANGES})
        cluster.delete(*networks)
        self.assertEqual(clouds.counts(), before)
        self.assertEqual(clouds.findings(), [])

    def test_the_addresses_of_the_clusters_own_services_are_refused(self):
        self.apply(aws="10.96.0.0/16")
        ready = self.wait_condition("backbone", "aws", "RangeConflict", 30)
        self.assertIn("the Services of this cluster", ready["message"])
        self.assertIn("choose another range", ready["message"])
