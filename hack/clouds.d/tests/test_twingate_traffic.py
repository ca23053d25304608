"""Who reaches what through Twingate's simulator, and how connectors are told apart."""
import json
import urllib.error

from .twingate import TwingateTest

CONNECTOR = "mutation($n: ID!) {connectorCreate(remoteNetworkId: $n, name: \"c\") {ok error entity {id}}}"
TOKENS = "mutation($c: ID!) {connectorGenerateTokens(connectorId: $c) {ok error connectorTokens {accessToken refreshToken}}}"
PORTS = {"allowIcmp": False, "tcp": {"policy": "RESTRICTED", "ports": [{"start": 80, "end": 90}]}}


class TrafficTest(TwingateTest):
    def setUp(self):
        super().setUp()
        self.remote = self.network()
        self.connector = self.done(CONNECTOR, n=self.remote)["id"]
        self.pair = self.data(TOKENS, c=self.connector)["connectorTokens"]
        self.group = self.ids("Group")["Contractors"]
        self.control("console", {"edit": self.group, "fields": {"users": [self.ids("User", "email")["ann@acme.com"]]}})

    def resource(self, address, **more):
        return self.done(self.CREATE, n=self.remote, address=address, p=PORTS, groups=[self.group], **more)["id"]

    def beat(self, **more):
        return self.control("heartbeat", {**self.pair, "hostname": "pod", **more})

    def call(self, address, port=80, user="ann@acme.com"):
        return self.control("call", {"user": user, "address": address, "port": port})

    def refused_beat(self, **more):
        with self.assertRaises(urllib.error.HTTPError) as caught:
            self.beat(**more)
        return caught.exception.code, json.loads(caught.exception.read())["error"]


class Calls(TrafficTest):
    def test_a_connector_dials_for_a_member_and_its_answer_comes_back(self):
        self.resource("a.example.com", alias="a.acme.internal")
        self.beat()
        number = self.call("a.acme.internal")["call"]
        self.assertEqual(self.control(f"call?number={number}"), {})
        self.assertEqual(self.beat()["call"], f"{number} a.example.com 80", "the alias is known to the client only")
        self.assertEqual(self.beat()["call"], "")
        self.http("POST", f"/_sim/called?number={number}&connector=pod&outcome=answer", b"hello")
        self.assertEqual(self.control(f"call?number={number}"), {"connector": "pod", "answer": "hello"})

    def test_who_is_refused(self):
        resource = self.resource("a.example.com")
        self.assertIn("no connector", self.call("a.example.com")["refused"])
        self.beat()
        self.assertIn("in no group", self.call("a.example.com", user="bob@acme.com")["refused"])
        self.assertIn("not known", self.call("a.example.com", user="eve@acme.com")["refused"])
        self.assertIn("port 91", self.call("a.example.com", port=91)["refused"])
        self.assertIn("no resource", self.call("b.example.com")["refused"])
        remove = "mutation($r: ID!, $p: [ID!]!) {resourceAccessRemove(resourceId: $r, principalIds: $p) {ok error entity {id}}}"
        self.done(remove, r=resource, p=[self.group])
        self.assertIn("in no group", self.call("a.example.com")["refused"])

    def test_the_most_specific_resource_counts(self):
        self.beat()
        self.resource("10.0.0.0/8")
        self.assertIn("call", self.call("10.1.2.3"))
        narrow = self.resource("10.1.0.0/16")
        self.control("console", {"edit": narrow, "fields": {"access": {}}})
        self.assertIn("in no group", self.call("10.1.2.3")["refused"])
        self.assertIn("call", self.call("10.2.2.3"))
        self.resource("*.example.com")
        self.assertIn("call", self.call("x.example.com"))
        self.assertIn("no resource", self.call("example.com")["refused"])


class Pairs(TrafficTest):
    def test_a_process_follows_another_and_one_that_comes_back_shares_its_tokens(self):
        self.beat(session="first")
        self.beat(session="second")
        self.assertNotIn("doubled", self.control("objects")[self.connector])
        code, words = self.refused_beat(session="first")
        self.assertEqual(code, 409)
        self.assertIn("two connectors", words)
        self.assertTrue(self.control("objects")[self.connector]["doubled"])
        self.beat(session="second")

    def test_a_dead_pair_is_gone_and_every_pair_was_issued(self):
        new = self.data(TOKENS, c=self.connector)["connectorTokens"]
        self.assertEqual(self.refused_beat()[0], 410)
        self.assertEqual(set(self.control("issued")), {*self.pair.values(), *new.values()})
