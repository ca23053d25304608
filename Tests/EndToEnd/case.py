"""What the cases have in common."""
import unittest

from cluster import NeverHappened, condition, wait_until
from company import PAGE
from connections import PAGE_PORT
from environment import Environment

ENVIRONMENT = Environment("e2e")
"""The environment whose connections the cases share."""


class EndToEndCase(unittest.TestCase):
    connections = ()
    """Names, in connections.SPECS, of what the cases of a class need. All are asked for before the first case runs, so
    that their waits run side by side."""
    environment = ENVIRONMENT

    def assert_page(self, service, port=PAGE_PORT):
        """The company's page is there. A moment is given: an object is Ready when its gateways are, and the nodes'
        kube-proxy hears of a new port or gateway up to two seconds later. Who asks too early must ask anew: the kernel
        remembers that the first packet went nowhere, and sends those that repeat it after it."""
        page = self.wait_until(f"{service}:{port} leads to the company",
                               lambda: self.environment.fetch(f"{service}:{port}", seconds=2), 10)
        self.assertEqual(page, PAGE)

    def wait_connected(self, name, seconds=60):
        """Every tunnel of the connection carries traffic, and its forwards are in force."""
        def is_connected():
            connection = self.environment.connection(name)
            return condition(connection).get("reason") == "Connected"
        self.wait_until(f"VPNConnection {name} is Connected", is_connected, seconds,
                        lambda: condition(self.environment.connection(name)))
        self.wait_forwarding(f"{name}-ports")

    def wait_forwarding(self, name, seconds=30):
        self.wait_condition("forward", name, "Forwarding", seconds)

    def wait_condition(self, kind, name, reason, seconds=60):
        """The Ready condition of a connection or forward, once it has that reason and speaks of the present spec."""
        look = getattr(self.environment, kind)

        def has_reason():
            thing = look(name)
            ready = condition(thing)
            current = ready.get("observedGeneration") == thing["metadata"]["generation"]
            return ready if current and ready.get("reason") == reason else None
        return self.wait_until(f"{kind} {name} says {reason}", has_reason, seconds, lambda: condition(look(name)))

    def wait_until(self, what, question, seconds=60, seen=lambda: ""):
        try:
            return wait_until(what, question, seconds)
        except NeverHappened as error:
            self.fail(f"{error}; it says: {seen()}")
