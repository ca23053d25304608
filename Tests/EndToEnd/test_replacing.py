"""Gateways are replaced, and no connection breaks."""
import contextlib
import os
import subprocess

import operators
from case import EndToEndCase
from cluster import CommandFailed, condition, kubectl, server_minor
from connections import FILES_PORT, PAGE_PORT
from environment import GATEWAYS
from load import Download, Load

STATE = os.environ.get("CLOUDLINKER_TESTBED", os.environ.get("XDG_RUNTIME_DIR", "/tmp") + "/cloudlinker-testbed")
IMAGE, SAME_IMAGE = "localhost/cloudlinker-gateway:dev", "localhost/cloudlinker-gateway:next"


def name_image_again():
    """The gateway's image has a second name on both nodes."""
    for node in ("cl-n1", "cl-n2"):
        socket = f"{STATE}/{node}/containerd.sock"
        subprocess.run(["ctr", "-a", socket, "-n", "k8s.io", "images", "tag", "--force", IMAGE, SAME_IMAGE], check=True,
                       capture_output=True)


class Replacing(EndToEndCase):
    connections = ("office", "openvpn")

    def setUp(self):
        """Nothing of an earlier replacement is under way: two gateways of a connection replaced at once are an outage."""
        for name in self.connections:
            self.wait_until(f"both gateways of {name} have the installed image",
                            lambda: self.images(name) == [IMAGE] * 2, 90, self.seen(name))
            self.wait_connected(name, seconds=90)
            self.wait_until(f"no gateway of {name} drains", lambda: not self.draining(name), 90, self.seen(name))

    def set_image(self, image):
        kubectl("-n", operators.SYSTEM, "set", "env", f"deployment/{operators.NAME}", f"GATEWAY_IMAGE={image}")
        operators.roll_out()

    def images(self, name):
        """Images of the gateways that are not being deleted."""
        return sorted(pod["spec"]["containers"][0]["image"] for pod in self.environment.gateway_pods(name)
                      if "deletionTimestamp" not in pod["metadata"])

    def draining(self, name):
        return {gateway["gateway"]: gateway for tunnel in self.environment.tunnels(name).values()
                for gateway in tunnel.get("draining") or []}

    def seen(self, name):
        return lambda: (condition(self.environment.connection(name)), self.environment.tunnels(name))

    def test_downloads_of_a_minute_survive_an_upgrade_of_the_gateway_image(self):
        name_image_again()
        self.addCleanup(self.set_image, IMAGE)
        downloads = {name: Download(self.environment, f"{name}:{FILES_PORT}") for name in self.connections}
        with downloads["office"] as ipsec, downloads["openvpn"] as openvpn, \
                Load(self.environment, f"office:{PAGE_PORT}") as ipsec_load, \
                Load(self.environment, f"openvpn:{PAGE_PORT}") as openvpn_load:
            self.set_image(SAME_IMAGE)
            for name in self.connections:
                self.wait_until(f"a gateway of {name} drains", lambda: self.draining(name), 60, self.seen(name))
                self.assertEqual(condition(self.environment.connection(name))["status"], "True")
            for download in (ipsec, openvpn):
                self.wait_until("the download is over", lambda: download.command.poll() is not None, 90)
                download.reader.join(10)
                self.assertEqual([number for _, number in download.lines], list(range(600)))
            for name in self.connections:
                self.wait_until(f"both gateways of {name} have the new image",
                                lambda: self.images(name) == [SAME_IMAGE] * 2, 90, self.seen(name))
                self.wait_connected(name)
        for load in (ipsec_load, openvpn_load):
            print(f"          {load.summary()}")
            self.assertEqual(load.failed, [])

    def test_downloads_survive_the_eviction_of_their_gateway(self):
        with contextlib.ExitStack() as stack:
            loads = [stack.enter_context(Load(self.environment, f"{name}:{PAGE_PORT}")) for name in self.connections]
            # Of eight, some go through either gateway.
            downloads = [stack.enter_context(Download(self.environment, f"{name}:{FILES_PORT}"))
                         for name in self.connections for _ in range(8)]
            self.wait_until("all download", lambda: all(download.lines for download in downloads))
            begun = len(downloads[0].lines)
            old = {name: self.environment.tunnels(name)["a"]["gateway"] for name in self.connections}
            for pod in old.values():
                self.evict(pod)
            for name, pod in old.items():
                gateway = self.wait_until(f"the gateway of {name} drains", lambda: self.draining(name).get(pod), 30,
                                          self.seen(name))
                self.assertGreater(gateway["connections"], 0, name)
            self.wait_until("some seconds pass", lambda: len(downloads[0].lines) > begun + 100, 60)
            self.assertEqual([download.trouble() for download in downloads], [None] * len(downloads))
        for load in loads:
            print(f"          {load.summary()}")
            self.assertEqual(load.failed, [])
        for name in self.connections:
            self.wait_until(f"no gateway of {name} drains any more", lambda: not self.draining(name), 60, self.seen(name))
            self.wait_connected(name)

    def evict(self, pod):
        """As `kubectl drain` does: a refusal of the disruption budget is asked again. Its controller counts a gateway as
        healthy a moment after the kubelet does."""
        version = "policy/v1" if server_minor() >= 22 else "policy/v1beta1"
        eviction = f'{{"apiVersion": "{version}", "kind": "Eviction", "metadata": {{"name": "{pod}", "namespace": "{GATEWAYS}"}}}}'

        def is_accepted():
            try:
                kubectl("create", "--raw", f"/api/v1/namespaces/{GATEWAYS}/pods/{pod}/eviction", "-f", "-", stdin=eviction)
            except CommandFailed as error:
                if "TooManyRequests" not in str(error):
                    raise
                return False
            return True
        self.wait_until(f"the budget allows the eviction of {pod}", is_accepted, 30)
