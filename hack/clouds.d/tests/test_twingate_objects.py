"""What Twingate's simulator makes of objects, and what it refuses."""
import json
import urllib.error

from simulators.twingate.clock import text

from .twingate import TwingateTest

GRANT = "mutation($r: ID!, $a: [AccessInput!]!) {resourceAccessAdd(resourceId: $r, access: $a) {ok error entity {id}}}"
UPDATE = "mutation($r: ID!, $alias: String, $policy: ID, $p: ProtocolsInput, $tags: [TagInput!]) {resourceUpdate(id: $r, " \
         "alias: $alias, securityPolicyId: $policy, protocols: $p, tags: $tags) {ok error entity {alias tags {key} " \
         "securityPolicy {name} protocols {tcp {ports {start end}}}}}}"


def ports(*pairs, policy="RESTRICTED"):
    return {"allowIcmp": False, "tcp": {"policy": policy, "ports": [{"start": a, "end": b} for a, b in pairs]}}


class Objects(TwingateTest):
    def resource(self, **variables):
        return self.done(self.CREATE, n=self.network(), address="a.example.com", **variables)

    def test_ports_come_back_sorted_and_merged(self):
        made = self.resource(p=ports((443, 443), (81, 90), (80, 80), (85, 100)))
        self.assertEqual(made["protocols"]["tcp"]["ports"], [{"start": 80, "end": 100}, {"start": 443, "end": 443}])
        self.assertEqual(made["protocols"]["udp"]["policy"], "ALLOW_ALL", "what is left out is allowed")

    def test_what_is_left_out_stays_and_null_clears(self):
        strict = self.ids("SecurityPolicy")["Strict"]
        made = self.resource(alias="a.acme.internal", tags=[{"key": "team", "value": "sre"}])
        changed = self.done(UPDATE, r=made["id"], policy=strict)
        self.assertEqual((changed["alias"], changed["securityPolicy"]["name"]), ("a.acme.internal", "Strict"))
        cleared = self.done(UPDATE, r=made["id"], policy=None, alias=None, tags=None)
        self.assertEqual(cleared | {"protocols": None},
                         {"alias": None, "tags": [], "securityPolicy": None, "protocols": None})

    def test_the_default_policy_reads_as_null_or_as_itself(self):
        self.assertIsNone(self.resource()["securityPolicy"])
        self.control("settings", {"defaultPolicy": "id"})
        self.assertEqual(self.done(self.CREATE, n=self.network("b"), address="b.example.com")["securityPolicy"],
                         {"name": "Default Policy"})

    def test_what_is_refused(self):
        network = self.network()
        refuse = lambda **given: self.refused(self.CREATE, **{"n": network, "address": "a.example.com"} | given)
        self.assertIn("Invalid IP", refuse(address="10.0.0.1/8"))
        self.assertIn("reserved", refuse(address="100.97.0.0/16"))
        self.assertIn("Invalid IP", refuse(address="a..b"))
        self.assertIn("Alias", refuse(alias="short"))
        self.assertIn("Alias", refuse(alias="x.local"))
        self.assertIn("443-80", refuse(p=ports((443, 80))))
        self.assertIn("ALLOW_ALL", refuse(p=ports((80, 80), policy="ALLOW_ALL")))
        self.assertIn("tg", refuse(tags=[{"key": "tgx", "value": "1"}]))
        self.assertIn("twice", refuse(tags=[{"key": "a", "value": "1"}, {"key": " a", "value": "2"}]))
        self.assertIn("already exists", self.refused(
            'mutation {remoteNetworkCreate(name: "production") {ok error entity {id}}}'))
        self.assertIn("already exists", self.refused(
            'mutation($n: ID!) {remoteNetworkUpdate(id: $n, name: "production") {ok error entity {id}}}', n=network))
        self.assertIn("30", self.refused(
            'mutation($n: ID!, $name: String) {connectorCreate(remoteNetworkId: $n, name: $name) {ok error entity {id}}}',
            n=network, name="x" * 31))
        self.assertEqual(self.ids("NetworkResource"), {})

    def test_grants(self):
        resource, groups = self.resource()["id"], self.ids("Group")
        developers = groups["Developers"]
        grant = lambda **fields: {"r": resource, "a": [{"principalId": developers} | fields]}
        for bad in ({"accessPolicy": {"mode": "MANUAL", "durationSeconds": 3600}}, {"accessPolicy": {"mode": "AUTO_LOCK"}},
                    {"expiresAt": text(self.time + 60)}, {"expiresAt": text(self.time + 366 * 86400)}):
            self.refused(GRANT, **grant(**bad))
        self.done(GRANT, **grant(expiresAt=text(self.time + 7200)))
        account = self.control("console", {"create": "ServiceAccount", "fields": {"name": "ci"}})["id"]
        self.assertIn("Service Accounts", self.refused(
            GRANT, r=resource, a=[{"principalId": account, "expiresAt": text(self.time + 7200)}]))
        self.done(GRANT, r=resource, a=[{"principalId": account}])
        self.assertEqual(set(self.control("objects")[resource]["access"]), {developers, account})
        self.time += 7200
        self.data("{groups {totalCount}}")
        self.assertEqual(set(self.control("objects")[resource]["access"]), {account}, "the grant has expired")

    def test_a_deleted_group_is_taken_out_of_every_list(self):
        developers = self.ids("Group")["Developers"]
        resource = self.resource(groups=[developers])["id"]
        self.control("console", {"delete": developers})
        self.assertEqual(self.control("objects")[resource]["access"], {})
        self.assertIn("does not exist", self.refused(GRANT, r=resource, a=[{"principalId": developers}]))

    def test_absent_objects(self):
        made = self.resource()["id"]
        delete = "mutation($r: ID!) {resourceDelete(id: $r) {ok error}}"
        self.done(delete, r=made)
        self.assertIsNone(self.data("query($r: ID!) {resource(id: $r) {id}}", r=made))
        self.done(delete, r=made)
        self.control("settings", {"absentOnDelete": "error"})
        self.assertEqual(self.refused(delete, r=made), f"Resource with id '{made}' does not exist")
        answer = self.graphql("{resource(id: \"zz\") {id}}")[2]
        self.assertEqual(answer["errors"][0]["message"], "{'id': ['Unable to parse global ID']}")

    def test_a_remote_network_that_holds_something_stays(self):
        resource = self.resource()["id"]
        network = self.ids("RemoteNetwork")["production"]
        delete = "mutation($n: ID!) {remoteNetworkDelete(id: $n) {ok error}}"
        self.assertIn("being used", self.refused(delete, n=network))
        self.control("settings", {"deleteInUse": "cascade"})
        self.done(delete, n=network)
        self.assertNotIn(resource, self.control("objects"))

    def test_groups_of_the_identity_provider_keep_their_members(self):
        update = "mutation($g: ID!, $u: [ID]) {groupUpdate(id: $g, userIds: $u) {ok error entity {users {totalCount}}}}"
        groups = self.ids("Group")
        self.assertIn("SYNCED", self.refused(update, g=groups["Staff"], u=[]))
        self.control("settings", {"emptyUserIdsEmpties": False})
        self.assertEqual(self.done(update, g=groups["Developers"], u=[])["users"]["totalCount"], 3)
        self.control("settings", {"emptyUserIdsEmpties": True})
        self.assertEqual(self.done(update, g=groups["Developers"], u=[])["users"]["totalCount"], 0)

    def test_keys_of_service_accounts(self):
        account = self.control("console", {"create": "ServiceAccount", "fields": {"name": "ci"}})["id"]
        make = "mutation($s: ID!, $d: Int!) {serviceAccountKeyCreate(serviceAccountId: $s, expirationTime: $d) " \
               "{ok error token entity {id status}}}"
        self.assertIn("365", self.refused(make, s=account, d=366))
        key = self.done(make, s=account, d=1)
        delete = "mutation($k: ID!) {serviceAccountKeyDelete(id: $k) {ok error}}"
        self.assertIn("revoke it first", self.refused(delete, k=key["id"]))
        self.time += 86400
        status = self.data("query($k: ID!) {serviceAccountKey(id: $k) {status}}", k=key["id"])["status"]
        self.assertEqual(status, "EXPIRED")
        self.done(delete, k=key["id"])

    def test_heartbeats_keep_a_connector_alive(self):
        create = "mutation($n: ID!) {connectorCreate(remoteNetworkId: $n) {ok error entity {id}}}"
        connector = self.done(create, n=self.network())["id"]
        make = "mutation($c: ID!) {connectorGenerateTokens(connectorId: $c) {ok error connectorTokens " \
               "{accessToken refreshToken}}}"
        state = lambda: self.data("query($c: ID!) {connector(id: $c) {state}}", c=connector)["state"]
        old = self.data(make, c=connector)["connectorTokens"]
        self.assertEqual(state(), "DEAD_NO_HEARTBEAT")
        self.control("heartbeat", old)
        self.assertEqual(state(), "ALIVE")
        self.time += 61
        self.assertEqual(state(), "DEAD_HEARTBEAT_TOO_OLD")
        self.data(make, c=connector)
        with self.assertRaises(urllib.error.HTTPError) as caught:
            self.control("heartbeat", old)
        self.assertIn("no connector has this pair", json.loads(caught.exception.read())["error"])
