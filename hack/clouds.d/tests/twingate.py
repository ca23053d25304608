"""The Twingate simulator, and requests as any GraphQL client sends them."""
import http.client
import json

from simulators.twingate.simulator import Twingate

from .harness import SimulatorTest

APEX = "acme.twingate.com"


class TwingateTest(SimulatorTest):
    make = Twingate
    time = 1_800_000_000

    def setUp(self):
        super().setUp()
        self.keys = self.control("credentials")
        self.key = self.keys["provision"]

    def send(self, method, host, path="/api/graphql/", body=None, headers=None):
        """-> (status, headers, bytes); follows no redirect."""
        connection = http.client.HTTPConnection(*self.server.server_address[:2])
        connection.request(method, path, body, {"Host": host, "X-Sim-Time": str(self.time), **(headers or {})})
        answer = connection.getresponse()
        result = answer.status, answer.headers, answer.read()
        connection.close()
        return result

    def graphql(self, query, key=None, host=None, **variables):
        """-> (status, headers, JSON)"""
        headers = {"X-API-KEY": key or self.key, "Content-Type": "application/json"}
        body = json.dumps({"query": query, "variables": variables})
        status, headers, text = self.send("POST", host or self.keys["shard"], body=body, headers=headers)
        return status, headers, json.loads(text)

    def data(self, query, **variables):
        status, _, answer = self.graphql(query, **variables)
        self.assertEqual((status, answer.get("errors")), (200, None))
        return next(iter(answer["data"].values()))

    def done(self, query, **variables):
        """-> the entity of a mutation that is done."""
        payload = self.data(query, **variables)
        self.assertEqual((payload["ok"], payload["error"]), (True, None))
        return payload.get("entity")

    def refused(self, query, **variables):
        """-> why"""
        payload = self.data(query, **variables)
        self.assertFalse(payload["ok"])
        return payload["error"]

    def network(self, name="production"):
        return self.done('mutation($n: String!) {remoteNetworkCreate(name: $n) {ok error entity {id}}}', n=name)["id"]

    CREATE = """mutation($n: ID!, $address: String!, $p: ProtocolsInput, $tags: [TagInput!], $groups: [ID], $alias: String) {
      resourceCreate(name: "r", remoteNetworkId: $n, address: $address, protocols: $p, tags: $tags, groupIds: $groups,
                     alias: $alias) {ok error entity {id alias protocols {allowIcmp tcp {policy ports {start end}} udp {policy}}
                     tags {key value} securityPolicy {name} access {edges {node {... on Group {name}} expiresAt}}}}}"""

    def ids(self, kind, field="name"):
        return {item[field]: identifier for identifier, item in self.control("objects").items()
                if item["__typename"] == kind}
