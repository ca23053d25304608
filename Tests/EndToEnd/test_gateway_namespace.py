"""The namespace of the gateways is deleted by mistake."""
import contextlib
import os
import time

import cluster
import operators
from case import EndToEndCase
from cluster import condition, kubectl
from environment import GATEWAYS

MANIFESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../manifests")
OLD = os.path.join(MANIFESTS, "overlays/kubernetes-1.20")


def parts_of_the_namespace():
    """What `kubectl apply -k` would put there. The operator's Deployment is left out: it knows the simulators now."""
    folder = OLD if cluster.server_minor() < 25 else MANIFESTS
    return [thing for thing in operators.rendered(folder)
            if thing["metadata"].get("namespace") == GATEWAYS or
            (thing["kind"], thing["metadata"]["name"]) == ("Namespace", GATEWAYS)]


class GatewayNamespace(EndToEndCase):
    connections = ("office",)

    def ready(self):
        return condition(self.environment.connection("office"))

    def is_gone(self):
        """Kubernetes looks again only after half of the longest grace period of a pod, unless the namespace changes."""
        with contextlib.suppress(cluster.CommandFailed):  # it may be gone by now
            kubectl("annotate", "--overwrite", "namespace", GATEWAYS, f"cloudlinker-e2e={time.time()}")
        return cluster.get("namespace", GATEWAYS, GATEWAYS) is None

    def test_its_deletion_is_told_at_once_and_mended_once_it_is_there_again(self):
        self.wait_connected("office", seconds=90)
        self.addCleanup(cluster.apply, *parts_of_the_namespace())
        kubectl("delete", "namespace", GATEWAYS, "--wait=false")
        told = self.wait_until("the connection is not Ready", lambda: self.ready() if self.ready().get(
            "status") != "True" else None, 30, self.ready)
        self.assertRegex(told["message"], "tunnel|gateway|namespace")
        self.wait_until("the forward is not Ready", lambda: condition(self.environment.forward("office-ports")).get(
            "status") != "True", 30, lambda: condition(self.environment.forward("office-ports")))
        self.wait_until("the namespace is gone", self.is_gone, 200)
        self.assertIn(GATEWAYS, self.ready()["message"])
        cluster.apply(*parts_of_the_namespace())
        self.wait_connected("office", seconds=120)
        self.assert_page("office")
