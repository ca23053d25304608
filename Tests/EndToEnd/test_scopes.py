"""Operators that look after one namespace each, side by side."""
import time

import cluster
import operators
from case import EndToEndCase
from connections import port, port_forward
from environment import Environment

SECOND = Environment("e2e-second")


class Scopes(EndToEndCase):
    connections = ("office",)

    def start(self, environment):
        objects = operators.confined(environment.name)
        self.addCleanup(cluster.delete, *objects)
        cluster.apply(*objects)
        operators.roll_out(f"cloudlinker-operator-{environment.name}")

    def assert_carries_out(self, environment, name):
        """A new forward of that environment comes into force, so its operator leads and has read everything."""
        forward = port_forward(name, environment.name, "office", port("page", 37000))
        self.addCleanup(cluster.delete, forward)
        cluster.apply(forward)
        self.wait_until(f"PortForward {environment.name}/{name} is in force", lambda: cluster.condition(
            environment.forward(name)).get("reason") == "Forwarding", 60, lambda: environment.forward(name))

    def gateways(self, environment):
        return {thing["kind"] + "/" + thing["metadata"]["name"]: thing["metadata"]["uid"]
                for thing in environment.gateway_objects("deployments,services,networkpolicies,pods")}

    def test_operators_of_one_namespace_each_leave_the_others_objects_alone(self):
        self.wait_connected("office", seconds=90)
        self.addCleanup(SECOND.remove)
        SECOND.make()
        SECOND.connect("office")
        self.wait_until("the second environment is connected", lambda: cluster.condition(
            SECOND.connection("office")).get("reason") == "Connected", 90, lambda: SECOND.connection("office"))
        self.addCleanup(operators.scale, 2)
        operators.scale(0)
        first, second = self.gateways(self.environment), self.gateways(SECOND)
        self.start(self.environment)
        self.assert_carries_out(self.environment, "scope-first")
        time.sleep(3)  # long enough for a teardown to begin
        self.assertEqual(self.gateways(SECOND), second)
        self.start(SECOND)
        self.assert_carries_out(SECOND, "scope-second")
        time.sleep(3)
        self.assertEqual(self.gateways(SECOND), second)
        self.assertEqual(self.gateways(self.environment), first)
        for environment in (self.environment, SECOND):
            self.assertTrue(operators.lease_holder(f"cloudlinker-operator-{environment.name}"))
