"""Programs of the cluster and of the gateways that end and begin again."""
import os
import subprocess
import time

import cluster
from case import EndToEndCase
from cluster import kubectl
from company import company, packets_in_the_clear
from connections import PAGE_PORT, port, port_forward
from environment import GATEWAYS
from load import Load

TESTBED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../hack/testbed")
# The gateway's image has no pkill.
KILL = 'for process in /proc/[0-9]*; do case $(cat $process/comm) in charon*|openvpn*) kill -9 ${process#/proc/};; esac; done'


class Restarting(EndToEndCase):
    connections = ("office", "openvpn")

    def setUp(self):
        for name in self.connections:
            self.wait_connected(name, seconds=90)

    def test_a_killed_vpn_client_leaks_nothing_costs_no_connection_and_comes_back(self):
        company("leak-counter", "reset")
        since = {name: self.environment.tunnels(name)["a"]["since"] for name in self.connections}
        with Load(self.environment, f"office:{PAGE_PORT}") as ipsec, Load(self.environment, f"openvpn:{PAGE_PORT}") as openvpn:
            moment = time.time()
            for name in self.connections:
                gateway = self.environment.tunnels(name)["a"]["gateway"]
                kubectl("-n", GATEWAYS, "exec", gateway, "--", "sh", "-c", KILL)
            for name in self.connections:
                self.wait_until(f"tunnel a of {name} was connected again", lambda: self.environment.tunnels(
                    name)["a"]["since"] != since[name], 30, lambda: self.environment.tunnels(name))
                self.wait_connected(name)
        for load in (ipsec, openvpn):
            print(f"          {load.summary()}")
            self.assertEqual(load.failed_after(moment + 3), [])
        self.assertEqual(packets_in_the_clear(), 0)

    def test_the_api_server_restarts_and_the_operator_goes_on(self):
        forward = port_forward("after-api-server", self.environment.name, "office", port("page", 36100))
        self.addCleanup(cluster.delete, forward)
        subprocess.run([TESTBED, "restart-apiserver"], check=True, capture_output=True, timeout=90)
        cluster.apply(forward)
        self.wait_forwarding("after-api-server", 60)
        self.assert_page("office", 36100)
