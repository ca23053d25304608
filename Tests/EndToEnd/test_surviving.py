"""What dies, and what goes on meanwhile."""
import os
import signal
import time
from pathlib import Path

import cluster
import operators
from case import EndToEndCase
from cluster import CommandFailed, kubectl
from company import company, packets_in_the_clear, stopped
from connections import PAGE_PORT, port, port_forward
from environment import GATEWAYS
from load import Load

FAILOVER = 3.0
"""Seconds after which a dead tunnel may cost no new connection any more. It takes under one on an idle machine."""


def agents_of(pod):
    """Ids of the gateway processes of a pod: its nodes run on this machine."""
    address = f"POD_IP={pod['status']['podIP']}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            is_agent = (process / "comm").read_text().startswith("cloudlinker-gat")
            if is_agent and address in (process / "environ").read_bytes().split(b"\0"):
                yield int(process.name)
        except OSError:
            continue


class Surviving(EndToEndCase):
    connections = ("office", "openvpn")

    def setUp(self):
        for name in self.connections:
            self.wait_connected(name, seconds=90)

    def load(self, service="office"):
        return Load(self.environment, f"{service}:{PAGE_PORT}")

    def assert_failed_over(self, load, moment):
        print(f"          {load.summary()}")
        self.assertGreater(len(load.seen), 20)
        self.assertEqual(load.failed_after(moment + FAILOVER), [])

    def test_a_server_is_killed_under_load_and_new_connections_go_through_the_other(self):
        with self.load("office") as ipsec, self.load("openvpn") as openvpn:
            with stopped(1):
                moment = time.time()
                for name in self.connections:
                    words = self.wait_condition("connection", name, "Degraded")["message"]
                    self.assertIn("1 of 2 tunnels are connected; tunnel a to 10.200.0.101", words)
                time.sleep(max(0, moment + FAILOVER + 2 - time.time()))
            for name in self.connections:
                self.wait_connected(name)
        self.assert_failed_over(ipsec, moment)
        self.assert_failed_over(openvpn, moment)

    def test_a_gateway_pod_is_deleted_under_load_and_replaced(self):
        old = self.environment.tunnels("office")["a"]["gateway"]
        with self.load() as load:
            moment = time.time()
            kubectl("-n", GATEWAYS, "delete", "pod", old, "--wait=false")
            self.wait_until("another gateway carries tunnel a", lambda: self.environment.tunnels("office")["a"].get(
                "gateway") not in (None, old), 60, lambda: self.environment.tunnels("office"))
            self.wait_connected("office")
        self.assert_failed_over(load, moment)

    def test_with_both_servers_dead_nothing_leaves_in_the_clear_and_all_comes_back_by_itself(self):
        company("leak-counter", "reset")
        with self.load("office") as ipsec, self.load("openvpn") as openvpn:
            with stopped(1, 2):
                for name in self.connections:
                    words = self.wait_condition("connection", name, "ServerUnreachable")["message"]
                    self.assertIn("10.200.0.102", words)
                    self.assertIn("check its address and port", words)
                    self.wait_condition("forward", f"{name}-ports", "ConnectionNotReady", 20)
                # A gateway that begins while there is no tunnel is as tight.
                for pod in self.environment.gateway_pods("office")[:1]:
                    kubectl("-n", GATEWAYS, "delete", "pod", pod["metadata"]["name"], "--grace-period=0", "--force")
                time.sleep(5)
            for name in self.connections:
                self.wait_connected(name)
                self.assert_page(name)
        self.assertGreater(len(ipsec.failed) + len(openvpn.failed), 0)
        self.assertEqual(packets_in_the_clear(), 0)
        self.assert_the_trap_catches()

    def assert_the_trap_catches(self):
        """The application's own packets for the company do go in the clear, past no gateway: they are counted."""
        try:
            self.environment.fetch("192.168.100.30:8080", seconds=1)
        except CommandFailed:
            pass
        self.assertGreater(packets_in_the_clear(), 0)

    def test_a_dead_server_is_survived_without_any_operator(self):
        self.addCleanup(operators.scale, 2)
        operators.scale(0)
        with self.load() as load:
            with stopped(2):
                moment = time.time()
                time.sleep(FAILOVER + 2)
        self.assert_failed_over(load, moment)

    def settled_versions(self):
        """Versions that have not changed for 15 s, while nothing drains: gateways report their packet sizes every five, and
        one that was replaced in a case before may still serve its last connections."""
        deadline = time.monotonic() + 120
        while True:
            before = self.environment.versions(*self.connections)
            time.sleep(15)
            drains = any(tunnel.get("draining") for tunnel in self.environment.tunnels("office").values())
            settled = not drains and self.environment.versions(*self.connections) == before
            if settled or time.monotonic() > deadline:
                return before

    def test_gateways_that_answer_no_probe_for_three_seconds_stay_in_service(self):
        """As on a machine that stalls. The daemons and the kernel go on, so connections need nothing of the agents."""
        agents = [process for pod in self.environment.gateway_pods("office") for process in agents_of(pod)]
        self.assertEqual(len(agents), 2)
        with self.load() as load:
            for process in agents:
                os.kill(process, signal.SIGSTOP)
            try:
                time.sleep(3)
            finally:
                for process in agents:
                    os.kill(process, signal.SIGCONT)
            time.sleep(4)
        print(f"          {load.summary()}")
        self.assertGreater(len(load.seen), 20)
        self.assertEqual(load.failed, [])

    def test_the_operator_is_killed_and_neither_traffic_nor_objects_notice(self):
        before = self.settled_versions()
        said = self.environment.connection("office")["status"]
        with self.load() as load:
            operators.kill()
            # Whoever leads now carries out a change: it has looked at everything by then.
            forward = port_forward("after-restart", self.environment.name, "nowhere", port("page", 36000))
            cluster.apply(forward)
            self.addCleanup(cluster.delete, forward)
            self.wait_condition("forward", "after-restart", "ConnectionNotFound", 60)
            time.sleep(3)
        print(f"          {load.summary()}")
        self.assertGreater(len(load.seen), 20)
        self.assertEqual(load.failed, [])
        seen = self.environment.connection("office")["status"]
        after = self.environment.versions(*self.connections)
        changed = {name for name in before | after if before.get(name) != after.get(name)}
        self.assertEqual(changed, set(), f"office said {said} and says {seen}")
