"""Ports of a connection's Service."""
import json

import cluster
from case import EndToEndCase
from cluster import CommandFailed, condition, get, kubectl
from connections import ECHO_PORT, FILES_PORT, NAMED_PORT, PAGE_PORT, port, port_forward
from environment import GATEWAYS
from load import Download


class Forwarding(EndToEndCase):
    connections = ("office",)

    def setUp(self):
        self.wait_connected("office", seconds=90)

    def forward_to(self, name, *ports):
        """Applies a PortForward that goes with the case."""
        forward = port_forward(name, self.environment.name, "office", *ports)
        cluster.apply(forward)
        self.addCleanup(cluster.delete, forward)
        return forward

    def is_closed(self, number):
        try:
            self.environment.fetch(f"office:{number}", seconds=2)
            return False
        except CommandFailed:
            return True

    def test_a_name_that_only_the_company_knows_is_resolved_there(self):
        self.assert_page("office", NAMED_PORT)
        ports = {line["name"]: line for line in self.environment.forward("office-ports")["status"]["ports"]}
        self.assertEqual(ports["named"]["targetAddress"], "192.168.100.30:8080")

    def test_udp_goes_through_and_back(self):
        self.assertEqual(self.environment.echo("office", ECHO_PORT, "over-udp"), "over-udp")

    def test_a_forward_is_added_changed_and_removed_while_a_download_goes_on(self):
        with Download(self.environment, f"office:{FILES_PORT}") as download:
            forward = self.forward_to("changing", port("page", 34000))
            self.wait_forwarding("changing")
            self.assert_page("office", 34000)
            self.forward_to("changing", port("page", 34001))
            self.wait_forwarding("changing")
            self.assert_page("office", 34001)
            self.wait_until("the port that was given up is closed", lambda: self.is_closed(34000), 20)
            cluster.delete(forward)
            self.wait_until("the removed port is closed", lambda: self.is_closed(34001), 20)
            self.assertIsNone(download.trouble())

    def test_five_hundred_ports(self):
        forwards = []
        for first in range(20000, 20500, 5):
            ports = [port(f"p{number}", number) for number in range(first, first + 5)]
            forwards.append(port_forward(f"many-{first}", self.environment.name, "office", *ports))
        self.addCleanup(cluster.delete, *forwards, wait=False)
        cluster.create(*forwards)

        def all_forward():
            ready = [condition(thing).get("reason") == "Forwarding"
                     for thing in cluster.items("portforwards", self.environment.name)
                     if thing["metadata"]["name"].startswith("many-")]
            return len(ready) == 100 and all(ready)
        self.wait_until("100 PortForwards are in force", all_forward, 90)
        codes = kubectl("-n", self.environment.name, "exec", "app", "--", "sh", "-c",
                        # Until kube-proxy has programmed the last ports, about a second after they are in force.
                        "curl -sS -Z --parallel-max 20 --connect-timeout 3 --max-time 30 --retry 5 --retry-delay 1 "
                        "--retry-connrefused -o /dev/null -w '%{http_code}\\n' "
                        "'http://office:[20000-20499]'", timeout=90)
        self.assertEqual(codes.split(), ["200"] * 500)

    def test_of_two_forwards_with_one_port_the_older_keeps_it_and_the_younger_follows(self):
        first = self.forward_to("claim-a", port("page", 34100))
        self.wait_forwarding("claim-a")
        self.forward_to("claim-b", port("files", 34100, 8081))
        self.forward_to("claim-c", port("page", 34100))
        for name in ("claim-b", "claim-c"):
            words = self.wait_condition("forward", name, "PortConflict")["message"]
            self.assertIn("TCP port 34100 belongs to the older PortForward claim-a: choose another", words)
        self.assert_page("office", 34100)
        cluster.delete(first)
        self.wait_forwarding("claim-b")
        self.wait_until("the port leads to the second one's target", lambda: self.environment.fetch(
            "office:34100/slow?seconds=0.2") == "0000000\n0000001", 20)
        self.wait_until("the third waits for the second now", lambda: "PortForward claim-b" in condition(
            self.environment.forward("claim-c"))["message"], 20)


class ConnectionLog(EndToEndCase):
    connections = ("office",)

    def setUp(self):
        self.wait_connected("office", seconds=90)

    def lines(self, message):
        """The entries of both gateways' connection logs about the page's port."""
        logs = [kubectl("-n", GATEWAYS, "logs", pod["metadata"]["name"]) for pod in self.environment.gateway_pods("office")]
        entries = [json.loads(line) for log in logs for line in log.splitlines() if '"log":"connections"' in line]
        return [entry for entry in entries if entry["message"] == message and entry["port"] == PAGE_PORT]

    def forget_connections(self):
        """Else the kernel remembers one for two minutes after it has closed."""
        for pod in self.environment.gateway_pods("office"):
            try:
                kubectl("-n", GATEWAYS, "exec", pod["metadata"]["name"], "--", "conntrack", "-D", "-g", "-p", "tcp",
                        "--orig-port-dst", str(PAGE_PORT))
            except CommandFailed:
                pass  # there was none

    def switch(self, value):
        cluster.patch("vpnconnection", "office", self.environment.name, {"spec": {"connectionLog": value}})

    def test_each_connection_is_logged_with_its_client_target_and_bytes(self):
        self.assertEqual(self.lines("connection began"), [])
        before = {pod["metadata"]["uid"] for pod in self.environment.gateway_pods("office")}
        self.addCleanup(self.switch, None)
        self.switch(True)

        def began():
            self.environment.fetch(f"office:{PAGE_PORT}", seconds=2)
            return self.lines("connection began")
        entry = self.wait_until("a connection is logged", began, 90)[-1]
        self.assertEqual(entry["client"], get("pod", "app", self.environment.name)["status"]["podIP"])
        self.assertEqual(entry["target"], "192.168.100.30:8080")
        self.assertEqual(entry["connection"], f"{self.environment.name}/office")
        self.assertTrue(entry["forward"].startswith(f"{self.environment.name}/office-ports/"), entry)

        def ended():
            # The first ones may be older than the counting of bytes.
            self.environment.fetch(f"office:{PAGE_PORT}", seconds=2)
            self.forget_connections()
            return [entry for entry in self.lines("connection ended") if entry["bytesReceived"] > 0 and entry["seconds"] >= 0]
        entry = self.wait_until("its end is logged", ended, 60)[-1]
        self.assertLess(entry["began"], entry["ended"])
        self.assertEqual({pod["metadata"]["uid"] for pod in self.environment.gateway_pods("office")}, before)
