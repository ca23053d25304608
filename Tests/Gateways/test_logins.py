"""A wrong password does not lock the account: it is tried twice, by all tunnels together."""
import os
import time
import unittest

from testbed import STATE, Gateway, wait_until


def second_tunnel(configuration):
    configuration["tunnel"] = "b"


class Logins(unittest.TestCase):
    def check(self, kind, log, line):
        """`line` is what the server writes to `log` for each password that it refuses."""
        def refusals():
            with open(f"{STATE}/company/vpn1/{log}", errors="replace") as file:
                return sum(line in entry for entry in file)

        before = refusals()
        gateways = [Gateway(1, f"wrong-{kind}"), Gateway(2, f"wrong-{kind}", server=1, change=second_tunnel)]
        try:
            for gateway in gateways:
                tunnel = wait_until("the gateway says that it waits", lambda: self.waiting(gateway), 40)
                self.assertIn("refused 2 times", tunnel["lastError"])
                self.assertEqual(tunnel["failure"], "AuthenticationFailed")
            time.sleep(25)
            self.assertEqual(refusals() - before, 2)
            for gateway in gateways:
                self.give_right_password(gateway)
            for gateway in gateways:
                gateway.wait_ready()
            self.assertEqual(refusals() - before, 2)
        finally:
            for gateway in gateways:
                gateway.__exit__()

    def waiting(self, gateway):
        tunnel = gateway.status().get("tunnel") or {}
        return tunnel if "the next try is at" in tunnel.get("lastError", "") else None

    def give_right_password(self, gateway):
        with open(f"{STATE}/company/login") as login:
            right = login.read().splitlines()[1]
        with open(os.path.join(os.path.dirname(gateway.file), "password"), "w") as file:
            file.write(right)

        def touch(configuration):
            configuration["credentialsRevision"] = "2"
        gateway.change(touch)

    def test_ipsec_tunnels_try_a_wrong_password_twice_and_a_changed_secret_at_once(self):
        self.check("mschapv2", "charon.log", "EAP-MS-CHAPv2 verification failed")

    def test_openvpn_tunnels_try_a_wrong_password_twice_and_a_changed_secret_at_once(self):
        self.check("password", "openvpn-1195.log", "verification failed for peer")
