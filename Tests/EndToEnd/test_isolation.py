"""What belongs to an environment stays with it, and goes with it."""
import cluster
from case import EndToEndCase
from cluster import condition, get
from diagnosis import SYSTEM
from environment import GATEWAYS, Environment
from network_policy import admits
from pod_security import violations


class Isolation(EndToEndCase):
    connections = ("office",)

    def setUp(self):
        self.wait_connected("office", seconds=90)

    def test_the_network_policy_admits_its_own_namespace_the_siblings_and_the_operator_and_nobody_else(self):
        policies = cluster.items("networkpolicies", GATEWAYS)
        gateway, sibling = self.environment.gateway_pods("office")
        operator, = cluster.items("deployments", SYSTEM)
        operator_labels = operator["spec"]["template"]["metadata"]["labels"]
        other = ("other", {"kubernetes.io/metadata.name": "other"})

        def namespace(name):
            return name, get("namespace", name, name)["metadata"].get("labels", {})

        def admitted(source, labels, port):
            return admits(policies, gateway, source, labels, port)
        own, system, gateways = namespace(self.environment.name), namespace(SYSTEM), namespace(GATEWAYS)
        self.assertTrue(admitted(own, {"app": "app"}, 33000))
        self.assertFalse(admitted(own, {"app": "app"}, 15021))
        self.assertTrue(admits(policies, gateway, own, {}, 33053, "UDP"))
        self.assertTrue(admitted(gateways, sibling["metadata"]["labels"], 15021))
        self.assertTrue(admitted(system, operator_labels, 15021))
        self.assertFalse(admitted(system, operator_labels, 33000))
        self.assertFalse(admitted(system, {"app": "app"}, 15021))
        self.assertFalse(admitted(other, {"app": "app"}, 33000))
        self.assertFalse(admitted(other, sibling["metadata"]["labels"], 33000))
        self.assertFalse(admitted(other, operator_labels, 15021))
        self.assertFalse(admitted(system, operator_labels, 15022))
        stranger = {**sibling["metadata"]["labels"], "cloudlinker.dev/namespace": "other"}
        self.assertFalse(admitted(gateways, stranger, 33000))

    def test_a_cluster_that_enforces_no_network_policy_is_told(self):
        self.wait_until("the operator reached a port that no policy admits", lambda: condition(
            self.environment.connection("office"), "PoliciesEnforced").get("reason") == "PoliciesNotEnforced", 60,
            lambda: self.environment.connection("office")["status"]["conditions"])
        found = condition(self.environment.connection("office"), "PoliciesEnforced")
        self.assertEqual(found["status"], "False")
        self.assertIn("15022", found["message"])
        self.assertIn("install a network plugin", found["message"].lower())
        self.assertEqual(condition(self.environment.connection("office"))["status"], "True")

    def test_nothing_in_a_restricted_namespace_needs_more_than_restricted(self):
        labels = get("namespace", self.environment.name, self.environment.name)["metadata"]["labels"]
        self.assertEqual(labels["pod-security.kubernetes.io/enforce"], "restricted")
        pods = cluster.items("pods", self.environment.name)
        self.assertEqual([pod["metadata"]["name"] for pod in pods], ["app"])
        self.assertEqual(violations(pods[0]["spec"]), [])

    def test_the_operator_is_restricted_and_gateways_have_net_admin_and_the_tun_device_only(self):
        operator, = cluster.items("deployments", SYSTEM)
        self.assertEqual(violations(operator["spec"]["template"]["spec"]), [])
        for pod in self.environment.gateway_pods("office"):
            self.assertEqual(violations(pod["spec"]), [
                "volume tun is a hostPath", "container gateway: runAsNonRoot is not true",
                "container gateway: runs as user 0", "container gateway: adds capabilities ['NET_ADMIN']"])

    def test_a_deleted_namespace_leaves_nothing_behind(self):
        leaving = Environment("e2e-leaving")
        self.addCleanup(leaving.remove)
        leaving.make()
        leaving.connect("office")
        self.wait_until("it is connected", lambda: leaving.tunnels("office") and all(
            tunnel["state"] == "Connected" for tunnel in leaving.tunnels("office").values()), 60,
            lambda: leaving.tunnels("office"))
        self.assertEqual(len(leaving.gateway_pods("office")), 2)
        leaving.remove()
        self.assertIsNone(get("namespace", leaving.name, leaving.name))
        self.assertEqual(leaving.gateway_objects(), [])
        self.assert_page("office")
