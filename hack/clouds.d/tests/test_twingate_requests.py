"""What Twingate's simulator does with a request before it touches an object."""
import json
import unittest

from .twingate import APEX, TwingateTest

NAMES = "{groups {edges {node {name}}}}"
MAKE = 'mutation($n: String!) {remoteNetworkCreate(name: $n) {ok error entity {id}}}'


class Requests(TwingateTest):
    def test_the_apex_leads_to_the_shard_and_must_not_see_the_key(self):
        status, headers, _ = self.send("HEAD", APEX)
        self.assertEqual((status, headers["Location"]), (308, "https://acme.eu1.twingate.com/api/graphql/"))
        self.assertEqual(self.control("requests?errors=1"), [])
        self.assertEqual(self.graphql(NAMES, host=APEX)[0], 400)
        self.assertEqual(self.control("requests?errors=1")[0]["findings"][0]["message"], "the apex was shown a key")

    def test_an_unknown_network_answers_a_page_or_404(self):
        status, headers, _ = self.send("HEAD", "other.twingate.com")
        self.assertEqual((status, headers["Content-Type"]), (200, "text/html"))
        self.control("settings", {"unknownNetwork": "status"})
        self.assertEqual(self.send("HEAD", "other.twingate.com")[0], 404)

    def test_a_document_that_does_not_fit_the_schema_is_refused_and_noted(self):
        status, _, answer = self.graphql("{groups {edges {node {nme}}}}")
        self.assertEqual(status, 400)
        self.assertIn("Cannot query field 'nme'", answer["errors"][0]["message"])
        self.assertEqual(len(self.control("requests?errors=1")), 1)

    def test_levels_of_keys(self):
        network = self.network()
        connector = self.done('mutation($n: ID!) {connectorCreate(remoteNetworkId: $n) {ok error entity {id}}}', n=network)
        tokens = 'mutation($c: ID!) {connectorGenerateTokens(connectorId: $c) {ok error connectorTokens {accessToken}}}'
        self.assertEqual(self.graphql(NAMES, key="wrong")[0], 401)
        self.assertEqual(self.graphql(NAMES, key=self.keys["read"])[0], 200)
        for how, low, query, variables in (
            ("errors", "read", MAKE, {"n": "x"}), ("errors", "readWrite", tokens, {"c": connector["id"]}),
        ):
            self.control("settings", {"levelRefusal": how})
            status, _, answer = self.graphql(query, key=self.keys[low], **variables)
            self.assertEqual((status, answer["data"]), (200, None))
            self.assertIn("permission", answer["errors"][0]["message"])
        self.control("settings", {"levelRefusal": "status"})
        self.assertEqual(self.graphql(MAKE, key=self.keys["read"], n="x")[0], 403)
        self.control("settings", {"levelRefusal": "payload"})
        self.assertFalse(self.graphql(MAKE, key=self.keys["read"], n="x")[2]["data"]["remoteNetworkCreate"]["ok"])

    def test_twenty_writes_and_sixty_reads_in_any_minute(self):
        for number in range(20):
            self.network(f"n{number}")
        status, headers, _ = self.graphql(MAKE, n="over")
        self.assertEqual((status, headers["Retry-After"]), (429, "60"))
        self.assertEqual([self.graphql(NAMES)[0] for _ in range(61)], [200] * 60 + [429])
        self.time += 59
        self.assertEqual(self.graphql(MAKE, n="over")[0], 429)
        self.time += 1
        self.assertEqual(self.graphql(MAKE, n="over")[0], 200)
        self.assertEqual(len(self.ids("RemoteNetwork")), 21)

    def test_quotas_by_key_and_by_the_minute_of_the_clock(self):
        self.control("settings", {"quotaScope": "token", "quotaWindow": "fixed", "writesPerMinute": 1})
        self.assertEqual(self.graphql(MAKE, n="a")[0], 200)
        self.assertEqual(self.graphql(MAKE, n="b", key=self.keys["readWrite"])[0], 200)
        self.assertEqual(self.graphql(MAKE, n="c")[0], 429)
        self.time += 60 - self.time % 60
        self.assertEqual(self.graphql(MAKE, n="c")[0], 200)

    def test_several_mutations_in_one_document_count_one_each(self):
        self.control("settings", {"writesPerMinute": 1})
        two = 'mutation {a: remoteNetworkCreate(name: "a") {ok} b: remoteNetworkCreate(name: "b") {ok}}'
        self.assertEqual(self.graphql(two)[0], 429)
        self.control("settings", {"countsFields": False})
        self.assertEqual(self.graphql(two)[0], 200)

    def test_failures_in_every_layer(self):
        for code, expected in (("errors", {"data": None, "errors": [{"message": "no", "path": ["groups"]}]}),
                               ("null", {"data": {"groups": None}})):
            self.control("faults", {"operation": "groups", "fails": {"code": code, "message": "no"}})
            self.assertEqual(self.graphql(NAMES)[2], expected)
        self.control("faults", {"operation": "remoteNetworkCreate", "fails": {"code": "payload", "message": "no"}})
        self.assertEqual(self.refused(MAKE, n="x"), "no")
        self.assertEqual(self.ids("RemoteNetwork"), {})

    def test_an_answer_can_be_lost_after_the_fact(self):
        self.control("faults", {"operation": "remoteNetworkCreate", "dropAfter": True})
        with self.assertRaises(ConnectionError):
            self.graphql(MAKE, n="x")
        self.assertEqual(list(self.ids("RemoteNetwork")), ["x"])

    def test_pages_on_both_levels(self):
        self.control("settings", {"pageSize": 2})
        query = "query($after: String) {groups(first: 100, after: $after) {totalCount pageInfo {hasNextPage endCursor} " \
                "edges {node {name users(first: 100) {pageInfo {hasNextPage} edges {node {email}}}}}}}"
        first = self.data(query)
        self.assertEqual([len(first["edges"]), first["totalCount"], first["pageInfo"]["hasNextPage"]], [2, 4, True])
        self.assertEqual(len(first["edges"][0]["node"]["users"]["edges"]), 2)
        second = self.data(query, after=first["pageInfo"]["endCursor"])
        self.assertEqual([len(second["edges"]), second["pageInfo"]["hasNextPage"]], [2, False])
        bad = self.graphql(query, after="nonsense")[2]
        self.assertEqual(bad["errors"][0]["message"], "Invalid cursor")

    def test_tokens_are_checked_without_the_key(self):
        connector = self.done('mutation($n: ID!) {connectorCreate(remoteNetworkId: $n) {ok error entity {id}}}',
                              n=self.network())["id"]
        make = "mutation($c: ID!) {connectorGenerateTokens(connectorId: $c) {ok error connectorTokens " \
               "{accessToken refreshToken}}}"
        old = self.data(make, c=connector)["connectorTokens"]
        new = self.data(make, c=connector)["connectorTokens"]
        for pair, expected in ((old, 401), (new, 200)):
            status, _, _ = self.send(
                "POST", self.keys["shard"], "/api/v4/connector/validate_tokens",
                json.dumps({"refresh_token": pair["refreshToken"]}), {"Authorization": f"Bearer {pair['accessToken']}"})
            self.assertEqual(status, expected)
        self.assertNotIn(new["accessToken"], json.dumps(self.control("objects")))


if __name__ == "__main__":
    unittest.main()
