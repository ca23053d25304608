"""Packets fit the route to the server, whatever the tunnel wraps around them. Fragments are dropped on the way."""
import unittest

import testbed
from testbed import Gateway, command, counter, wait_until

MEGABYTES = 2
PATHS = (1500, 1460, 1450, 1400)


def sha256(configuration):
    configuration["protocolSettings"]["ipsec"]["_0"]["espProposals"] = ["aes256-sha256-modp2048"]


def ceiling_lifted(configuration):
    # Without the usual ceiling of 1360, the path decides even at 1500: the last bytes of each packet are used.
    configuration["maximumSegmentSize"] = 1460


class PacketSizes(unittest.TestCase):
    def tearDown(self):
        command("path-mtu", "1500")

    def check(self, kind, expected, change=lambda configuration: None, fills=True):
        """A gateway for each path of PATHS. `expected`: the MSS there, with no ceiling. `fills`: packets of the tunnel are
        as large as what they carry, neither compressed nor cut again by TCP."""
        def configure(configuration):
            change(configuration)
            ceiling_lifted(configuration)
        for mtu, segment in zip(PATHS, expected):
            command("path-mtu", str(mtu))
            with self.subTest(kind=kind, mtu=mtu), Gateway(1, kind, change=configure) as gateway:
                self.check_path(gateway, mtu, segment, fills)

    def check_changes(self, kind, expected):
        """One gateway while the path changes: it looks every five seconds."""
        command("path-mtu", "1500")
        with Gateway(1, kind, change=ceiling_lifted) as gateway:
            for mtu, segment in zip(PATHS, expected):
                with self.subTest(kind=kind, mtu=mtu):
                    command("path-mtu", str(mtu))
                    self.check_path(gateway, mtu, segment, fills=True)

    def check_path(self, gateway, mtu, segment, fills):
        wait_until(f"the gateway saw the MTU {mtu}", lambda: gateway.status()["tunnel"].get("pathMTU") == mtu)
        self.assertEqual(gateway.status()["tunnel"]["maximumSegmentSize"], segment)
        self.assertEqual(gateway.transfer(MEGABYTES), (MEGABYTES << 20, MEGABYTES << 20))
        self.assertEqual([counter("company-vpn1", "fragments"), counter("gw1", "fragments")], [0, 0])
        if fills:
            # Not smaller than need be, either: a full segment fills the path but for the padding.
            self.assertGreater(counter("company-vpn1", "large"), 1000)
            self.assertGreater(counter("gw1", "large"), 1000)

    def test_openvpn_aes_gcm_while_the_path_changes(self):
        self.check_changes("openvpn", (1408, 1368, 1358, 1308))

    def test_openvpn_aes_cbc_with_sha512(self):
        self.check("cbc", (1331, 1299, 1283, 1235))

    def test_openvpn_over_tcp(self):
        # Both ends agree on the size of TCP segments when they connect, so each path gets a connection of its own.
        self.check("password", (1382, 1342, 1332, 1282), fills=False)

    def test_openvpn_with_compression(self):
        self.check("lz4", (1362, 1330, 1314, 1266), fills=False)

    def test_ipsec_aes_gcm_while_the_path_changes(self):
        self.check_changes("mschapv2", (1398, 1358, 1346, 1298))

    def test_ipsec_aes_cbc_with_sha256(self):
        self.check("mschapv2", (1382, 1350, 1334, 1286), sha256)

    def test_the_usual_ceiling_holds_where_the_path_allows_more(self):
        with Gateway(1, "openvpn") as gateway:
            self.assertEqual(wait_until("the MTU is known", lambda: gateway.status()["tunnel"].get("pathMTU")), 1500)
            self.assertEqual(gateway.status()["tunnel"]["maximumSegmentSize"], 1360)

    def test_what_a_person_asks_for_is_used(self):
        def smaller(configuration):
            configuration.update(maximumSegmentSize=1000, isSegmentSizeFixed=True)
        with Gateway(1, "openvpn", change=smaller) as gateway:
            self.assertEqual(gateway.status()["tunnel"]["maximumSegmentSize"], 1000)
            self.assertEqual(gateway.transfer(1), (1 << 20, 1 << 20))
            self.assertIn("mtu 1040 ", testbed.in_namespace("gw1", "ip", "-o", "link", "show", "dev", "tun0"))

    def test_copied_connections_fit_as_well(self):
        command("path-mtu", "1450")
        testbed.in_namespace("gw1", "sysctl", "-qw", "net.ipv4.ip_forward=0")
        try:
            # The gateway would switch it on where it may: a pod's /proc/sys is read-only.
            with Gateway(1, "openvpn", read_only_sysctls=True) as gateway:
                self.assertTrue(any("user space" in notice for notice in gateway.status()["notices"]))
                self.assertEqual(gateway.transfer(MEGABYTES), (MEGABYTES << 20, MEGABYTES << 20))
                self.assertEqual([counter("company-vpn1", "fragments"), counter("gw1", "fragments")], [0, 0])
        finally:
            testbed.in_namespace("gw1", "sysctl", "-qw", "net.ipv4.ip_forward=1")
