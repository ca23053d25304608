"""What a tenant makes in a namespace of theirs costs nobody else anything."""
import cluster
import operators
from case import EndToEndCase
from connections import port, port_forward


class Hostile(EndToEndCase):
    connections = ("office",)

    def test_a_service_that_claims_to_be_the_operators_does_not_blind_it(self):
        """Kubernetes allows one port without a name, a target port by name, and any label."""
        self.wait_connected("office", seconds=90)
        service = {
            "apiVersion": "v1", "kind": "Service",
            "metadata": {"name": "impostor", "namespace": self.environment.name,
                         "labels": {"app.kubernetes.io/managed-by": "cloudlinker-operator"},
                         "annotations": {"cloudlinker.dev/owner": f"{self.environment.name}/office"}},
            "spec": {"selector": {"app": "nothing"}, "ports": [{"port": 80, "targetPort": "http"}]}}
        cluster.delete(service)
        cluster.create(service)
        self.addCleanup(cluster.delete, service)
        operators.kill()  # so that the next one lists it
        forward = port_forward("beside-impostor", self.environment.name, "office", port("page", 37100))
        cluster.apply(forward)
        self.addCleanup(cluster.delete, forward)
        self.wait_forwarding("beside-impostor", 60)
        self.assert_page("office", 37100)
        self.assert_page("office")
