"""People reach what a connection of type Twingate lets them reach, through connectors in the cluster."""
import base64
import json
from datetime import datetime, timezone

import cluster
import twingate
from case import EndToEndCase
from cluster import kubectl
from diagnosis import SYSTEM
from environment import GATEWAYS
from network_policy import admits, lets_out
from pod_security import violations
from twingate import ACCOUNT, ALIAS, EXPOSED, HIDDEN, KEY_SECRET, MEMBER, NAME, PAGE, STRANGER


class ConnectorCase(EndToEndCase):
    connections = (NAME,)

    def setUp(self):
        self.wait_condition("connection", NAME, "Connected", 120)

    def pods(self):
        """Those that are not being deleted, the oldest first."""
        pods = [pod for pod in self.environment.gateway_pods(NAME) if "deletionTimestamp" not in pod["metadata"]]
        return sorted(pods, key=lambda pod: pod["metadata"]["creationTimestamp"])

    def hosts(self):
        """The pods that Twingate has heard, by the connector's id."""
        return {identifier: item["hostname"] for identifier, item in twingate.tenant("Connector").items()}

    def tokens(self):
        """Which tokens each connector has: a digest by the name of its Secret."""
        secrets = cluster.items("secrets", GATEWAYS, f"cloudlinker.dev/connection={NAME},cloudlinker.dev/connector")
        return {secret["metadata"]["name"]: secret["data"] for secret in secrets}

    def assert_reached(self, address=ALIAS):
        """The member sees the page there. -> the pod that dialed"""
        found = self.wait_until(f"{MEMBER} reaches {address}", lambda: (
            found := twingate.call(MEMBER, address)) and "answer" in found and found, 90)
        self.assertEqual(found["answer"].strip(), PAGE)
        return found["connector"]

    def look_again(self):
        """The operator looks at Twingate at once instead of within a minute."""
        cluster.patch("vpnconnection", NAME, self.environment.name, {"metadata": {"annotations": {
            "reconcile.fluxcd.io/requestedAt": datetime.now(timezone.utc).isoformat()}}})


class Connectors(ConnectorCase):
    """They run in alphabetical order: the case of the dead tokens needs a pod that has run for a minute, and suspending
    replaces all pods."""

    def test_a_member_of_the_group_reaches_what_it_is_granted_and_nobody_else_does(self):
        self.assert_reached()
        self.assertIn(self.assert_reached(twingate.ADDRESS), [pod["metadata"]["name"] for pod in self.pods()])
        self.assertIn("in no group", twingate.call(STRANGER, ALIAS)["refused"])
        self.assertIn("in no group", twingate.call(MEMBER, HIDDEN)["refused"])
        self.assertIn("port 3000", twingate.call(MEMBER, ALIAS, 3000)["refused"])

    def test_connectors_are_restricted_and_nothing_enters_them_or_leaves_to_the_metadata_service(self):
        policies = cluster.items("networkpolicies", GATEWAYS)
        self.assertEqual(len(self.pods()), 2)
        for pod in self.pods():
            self.assertEqual(violations(pod["spec"]), [])
            own = (self.environment.name, {"kubernetes.io/metadata.name": self.environment.name})
            sibling = (GATEWAYS, {"kubernetes.io/metadata.name": GATEWAYS})
            self.assertFalse(admits(policies, pod, own, {"app": "app"}, 443))
            self.assertFalse(admits(policies, pod, sibling, pod["metadata"]["labels"], 443))
            self.assertTrue(lets_out(policies, pod, "203.0.113.1"))
            self.assertFalse(lets_out(policies, pod, "169.254.169.254"))

    def test_dead_tokens_are_replaced_and_those_of_the_other_connector_are_not(self):
        victim, other = self.pods()
        # The operator does not suspect the tokens of a younger one.
        self.wait_until("the pod has run for a minute", lambda: self.age(victim) >= 60, 90)
        host, before = victim["metadata"]["name"], self.tokens()
        identifier = next(key for key, value in self.hosts().items() if value == host)
        twingate.console(edit=identifier, fields={"_tokens": None, "lastHeartbeatAt": "2020-01-01T00:00:00Z"})
        self.look_again()
        self.wait_until("the connector is heard from another pod", lambda: self.hosts()[identifier] != host, 150,
                        lambda: self.environment.connection(NAME)["status"])
        self.wait_condition("connection", NAME, "Connected", 60)
        after = self.tokens()
        self.assertEqual(sorted(before), sorted(after))
        self.assertEqual(len([name for name in before if before[name] != after[name]]), 1)
        self.assertIn(other["metadata"]["uid"], [pod["metadata"]["uid"] for pod in self.pods()])
        self.assert_reached()

    def test_deleted_pods_come_back_with_the_same_tokens(self):
        before, pod = self.tokens(), self.pods()[-1]
        kubectl("-n", GATEWAYS, "delete", "pod", pod["metadata"]["name"], "--wait=false")
        self.wait_until("Twingate hears two pods, and the deleted one no more", lambda: set(self.hosts().values()) == {
            found["metadata"]["name"] for found in self.pods()} and pod["metadata"]["name"] not in self.hosts().values(), 60,
            self.hosts)
        self.assertEqual(self.tokens(), before)
        self.assert_reached()

    def test_a_service_account_has_a_key_in_a_secret_of_the_environment(self):
        secret = self.wait_until("the Secret has a key", lambda: (
            found := cluster.get("secret", KEY_SECRET, self.environment.name)) and found.get("data") and found, 120)
        key = base64.b64decode(secret["data"]["service_key.json"]).decode()
        self.assertGreater(len(key), 20)
        accounts = [item["name"] for item in twingate.tenant("ServiceAccount").values()]
        self.assertEqual(accounts, [ACCOUNT])
        self.assertEqual([item["status"] for item in twingate.tenant("ServiceAccountKey").values()], ["ACTIVE"])

    def test_a_service_that_asks_for_it_is_reached_by_people(self):
        pod, service = twingate.exposed(self.environment.name, "web.elsewhere.internal")
        self.addCleanup(cluster.delete, pod, service)
        cluster.apply(pod, service)
        self.wait_until("the alias is refused by an event", lambda: "elsewhere" in self.events("ExposeRefused"), 120)
        cluster.apply(*twingate.exposed(self.environment.name, EXPOSED))
        self.wait_until("an event says that it is exposed", lambda: self.events("Exposed"), 120)
        self.assert_reached(EXPOSED)
        self.assertIn("in no group", twingate.call(STRANGER, EXPOSED)["refused"])
        cluster.delete(pod, service)
        self.wait_until("the resource is gone", lambda: EXPOSED not in [
            item.get("alias") for item in twingate.tenant("NetworkResource").values()], 120)

    def events(self, reason):
        """What the events of that reason say of the Service."""
        found = json.loads(kubectl("-n", self.environment.name, "get", "events", "-o", "json"))["items"]
        return " ".join(event["message"] for event in found
                        if event["involvedObject"]["name"] == "web" and event["reason"] == reason)

    def test_suspending_stops_the_connectors_and_keeps_what_is_at_twingate(self):
        def suspend(value):
            cluster.patch("vpnconnection", NAME, self.environment.name, {"spec": {"suspend": value}})
        before = twingate.tenant("NetworkResource", "Connector", "Group").keys()
        self.addCleanup(suspend, None)
        suspend(True)
        self.wait_condition("connection", NAME, "Suspended", 60)
        self.wait_until("no pod runs", lambda: not self.environment.gateway_pods(NAME), 60, self.pods)
        self.assertEqual(twingate.tenant("NetworkResource", "Connector", "Group").keys(), before)
        suspend(None)
        self.wait_until("two pods are heard", lambda: len(self.pods()) == 2 and set(self.hosts().values()) == {
            pod["metadata"]["name"] for pod in self.pods()}, 60, self.hosts)
        self.wait_condition("connection", NAME, "Connected", 60)
        self.assert_reached()

    @staticmethod
    def age(pod):
        """In seconds; the API server's clock is this machine's."""
        began = datetime.fromisoformat(pod["metadata"]["creationTimestamp"].replace("Z", "+00:00"))
        return (datetime.now(timezone.utc) - began).total_seconds()


class ConnectorsLeave(ConnectorCase):
    """Runs after the cases above, whose logs and events it reads."""

    def test_no_token_was_told_and_the_deletion_leaves_nothing(self):
        told = self.told()
        self.assertIn(NAME, told)
        credentials = json.loads(twingate.door("credentials"))
        secrets = [credentials["provision"], *json.loads(twingate.door("issued"))]
        self.assertGreaterEqual(len(secrets), 5)
        self.assertEqual([secret[:12] for secret in secrets if secret in told], [])
        self.assertEqual([item["name"] for item in twingate.tenant("Connector").values() if item.get("doubled")], [])

        cluster.delete(twingate.people(self.environment.name), wait=False)
        # Beyond a minute only where the other cases have used up what Twingate allows in one.
        self.wait_until("the connection is gone", lambda: self.environment.connection(NAME) is None, 150,
                        lambda: self.environment.connection(NAME)["status"])
        self.assertEqual(twingate.tenant("RemoteNetwork", "Connector", "NetworkResource", "ServiceAccount"), {})
        self.assertNotIn("Platform", [group["name"] for group in twingate.tenant("Group").values()])
        self.wait_until("nothing is left in the gateways' namespace", lambda: not self.left(), 60, self.left)
        self.assertEqual(twingate.findings(), [])

    def left(self):
        return [thing for thing in self.environment.gateway_objects()
                if thing["metadata"]["labels"].get("cloudlinker.dev/connection") == NAME]

    def told(self):
        """Everything that people read: logs, events, status, and specs of what runs."""
        logs = [kubectl("-n", namespace, "logs", "-l", selector, "--prefix", "--tail=-1")
                for namespace, selector in ((SYSTEM, "app.kubernetes.io/name=cloudlinker-operator"),
                                            (GATEWAYS, f"cloudlinker.dev/connection={NAME}"))]
        shown = kubectl("get", "vpnconnections,events,pods,deployments,replicasets,configmaps,networkpolicies", "-A", "-o", "yaml")
        return "\n".join([*logs, shown])
