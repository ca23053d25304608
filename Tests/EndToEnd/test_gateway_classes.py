"""The cluster's owner decides how gateway pods run; a tenant names a class."""
import cluster
from case import EndToEndCase
from cluster import condition, kubectl
from diagnosis import SYSTEM

NAME = "ipsec-psk"


def classes(**texts):
    return {"apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": "cloudlinker-gateway-classes", "namespace": SYSTEM}, "data": texts}


class GatewayClasses(EndToEndCase):
    connections = (NAME,)

    def choose(self, name):
        cluster.patch("vpnconnection", NAME, self.environment.name, {"spec": {"gateway": {"className": name}}})

    def gateway(self):
        """The one gateway pod that is not being deleted; None while there is another number of them."""
        pods = [pod for pod in self.environment.gateway_pods(NAME) if "deletionTimestamp" not in pod["metadata"]]
        return pods[0] if len(pods) == 1 else None

    def wait_gateway(self, what, question):
        return self.wait_until(what, lambda: (pod := self.gateway()) and question(pod) and pod, 60,
                               lambda: condition(self.environment.connection(NAME)))

    def test_a_class_shapes_the_gateway_and_a_broken_one_leaves_it_running(self):
        self.wait_connected(NAME, seconds=90)
        self.addCleanup(self.wait_connected, NAME, 60)
        self.addCleanup(kubectl, "-n", SYSTEM, "delete", "configmap", "cloudlinker-gateway-classes", "--ignore-not-found")
        self.addCleanup(self.choose, None)
        cluster.apply(classes(fast="labels: {team: network}\nresources: {limits: {memory: 200Mi}}\n"))
        self.choose("fast")
        pod = self.wait_gateway("the gateway has the label of its class",
                                lambda pod: pod["metadata"]["labels"].get("team") == "network")
        self.assertEqual(pod["spec"]["containers"][0]["resources"]["limits"], {"memory": "200Mi"})
        self.wait_connected(NAME)
        cluster.apply(classes(fast="labels: {team: network}\nhostNetwork: true\n"))
        words = self.wait_condition("connection", NAME, "GatewayClassInvalid", 30)["message"]
        self.assertIn("hostNetwork", words)
        self.assertEqual(self.gateway()["metadata"]["uid"], pod["metadata"]["uid"])
        self.assert_page(NAME)
