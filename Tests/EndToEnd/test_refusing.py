"""Objects that cannot be carried out are refused in words: object, field, value, and what to do."""
import hashlib

import cluster
from case import EndToEndCase
from cluster import CommandFailed, condition, server_minor
from connections import port, port_forward
from refusals import refusals


class Refusing(EndToEndCase):
    connections = ("office",)

    def refusal(self, thing):
        """What the API server says to it, or else its Ready condition."""
        try:
            cluster.apply(thing)
        except CommandFailed as error:
            return str(error)
        self.addCleanup(cluster.delete, thing, wait=False)
        kind, name = thing["kind"], thing["metadata"]["name"]

        def is_judged():
            ready = condition(cluster.get(kind, name, self.environment.name))
            return ready if ready.get("status") == "False" else None
        ready = self.wait_until(f"{kind} {name} is refused", is_judged, 20)
        return f"{ready['reason']}: {ready['message']}"

    def assert_refused(self, title):
        expected = refusals(self.environment.name, self.name, server_minor() >= 25)[title]
        said = self.refusal(expected.object)
        for word in expected.words:
            self.assertIn(word, said)

    @classmethod
    def setUpClass(cls):
        secret = cls.environment.secret("bad-profile", {"profile.ovpn": "client\nup /bin/sh\n"})
        cluster.apply(secret)
        cls.addClassCleanup(cluster.delete, secret)

    def setUp(self):
        # A name for each case: what the one before removes may take a moment.
        self.name = "bad-" + hashlib.sha256(self.id().encode()).hexdigest()[:6]

    def test_a_corrected_object_is_taken(self):
        def forward(host):
            return port_forward(self.name, self.environment.name, "office", port("page", 35001, host=host))
        self.refusal(forward("10.9.9.9"))
        cluster.apply(forward("192.168.100.30"))
        self.wait_connected("office", seconds=90)
        self.wait_forwarding(self.name)
        self.assert_page("office", 35001)


def add_case(title):
    setattr(Refusing, "test_" + title.replace(" ", "_"), lambda self: self.assert_refused(title))


for case_title in refusals("", "", False):
    add_case(case_title)
