"""A gateway that is replaced keeps its established connections, and gives new ones to its sibling."""
import signal
import time
import unittest

from testbed import Gateway, SlowDownload, command, wait_until

DRAIN = {"DRAIN_SECONDS": "60"}


def tunnel_b(configuration):
    configuration["tunnel"] = "b"


class Draining(unittest.TestCase):
    def tearDown(self):
        command("company", "start-server", "1")

    def begin(self, gateway):
        gateway.process.send_signal(signal.SIGTERM)
        return wait_until("the gateway says that it drains", lambda: gateway.status().get("drain"))

    def check_drained(self, kind):
        with Gateway(1, kind, environment=DRAIN) as old, Gateway(2, kind, change=tunnel_b) as sibling:
            wait_until("the gateways know each other", lambda: "siblings_ready 1" in old.ask("/metrics"))
            download = SlowDownload(old, 12)
            drain = self.begin(old)
            self.assertEqual(drain["connections"], 1)
            self.assertEqual((old.code("/readyz"), old.code("/readyz?local")), ("200", "503"))
            wait_until("new connections are handed over", lambda: "handed_over 1" in old.ask("/metrics"))
            before = self.carried(sibling)
            self.assertIn("Hello world!", old.fetch())
            wait_until("the sibling has carried it", lambda: self.carried(sibling) > before, 5)
            self.assertEqual(download.rest(), (0, 119))
            began = time.monotonic()
            self.assertEqual(old.process.wait(20), 0)
            self.assertLess(time.monotonic() - began, 15, "nothing was left to wait for")

    def carried(self, gateway):
        lines = gateway.ask("/metrics").splitlines()
        return sum(float(line.split()[1]) for line in lines if line.startswith("cloudlinker_gateway_bytes_total"))

    def test_openvpn_keeps_a_download_and_hands_over_new_connections(self):
        self.check_drained("openvpn")

    def test_ipsec_keeps_a_download_and_hands_over_new_connections(self):
        self.check_drained("mschapv2")

    def test_without_connections_it_ends_after_five_seconds(self):
        with Gateway(1, "openvpn", environment=DRAIN) as gateway:
            began = time.monotonic()
            self.assertEqual(self.begin(gateway)["connections"], 0)
            self.assertEqual(gateway.process.wait(30), 0)
            self.assertGreater(time.monotonic() - began, 4)

    def test_a_second_signal_ends_it_at_once(self):
        with Gateway(1, "openvpn", environment=DRAIN) as gateway:
            download = SlowDownload(gateway, 30)
            self.begin(gateway)
            gateway.process.send_signal(signal.SIGTERM)
            self.assertEqual(gateway.process.wait(10), 0)
            download.process.kill()
            download.rest()

    def test_it_ends_at_its_deadline_whatever_is_open(self):
        with Gateway(1, "openvpn", environment={"DRAIN_SECONDS": "8"}) as gateway:
            download = SlowDownload(gateway, 60)
            self.begin(gateway)
            began = time.monotonic()
            self.assertEqual(gateway.process.wait(30), 0)
            self.assertGreater(time.monotonic() - began, 5)
            download.process.kill()
            download.rest()

    def test_it_never_connects_again_when_the_server_ends_its_session(self):
        with Gateway(1, "openvpn", environment=DRAIN) as gateway:
            download = SlowDownload(gateway, 60)
            self.begin(gateway)
            command("company", "stop-server", "1")
            self.assertEqual(gateway.process.wait(40), 0)
            download.process.kill()
            download.rest()

    def test_a_successor_leaves_the_server_to_its_predecessor_while_a_sibling_serves(self):
        """OpenVPN ends the older of two sessions with one certificate."""
        with Gateway(1, "openvpn", environment=DRAIN) as old, Gateway(2, "openvpn", change=tunnel_b) as sibling:
            download = SlowDownload(old, 15)
            self.begin(old)
            new = Gateway(3, "openvpn", server=1)
            try:
                wait_until("the successor says what it waits for", lambda: any(
                    f"its predecessor {old.address}" in notice for notice in new.status().get("notices", [])))
                self.assertIn("Hello world!", sibling.fetch())
                self.assertEqual(download.rest(), (0, 149))
                self.assertEqual(new.code("/readyz"), "503")
                self.assertEqual(old.process.wait(20), 0)
                new.wait_ready()
                self.assertEqual(new.status()["notices"], [])
            finally:
                new.__exit__()

    def test_two_gateways_of_one_account_at_one_server_do_not_fight(self):
        with Gateway(1, "openvpn", environment=DRAIN) as old:
            download = SlowDownload(old, 60)
            self.begin(old)
            with Gateway(2, "openvpn", server=1) as new:
                self.assertEqual(old.process.wait(40), 0)
                since = new.status()["tunnel"]["since"]
                time.sleep(8)
                self.assertEqual(new.status()["tunnel"]["since"], since)
                self.assertIn("Hello world!", new.fetch())
            download.process.kill()
            download.rest()
