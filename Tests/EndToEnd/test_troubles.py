"""What goes wrong at the other end is said in the status, with the cure, and mends by itself once it is mended."""
import cluster
from case import EndToEndCase
from company import PASSWORD, SILENT, expired_certificate, password, stopped


class Troubles(EndToEndCase):
    connections = ("office", "openvpn", "ipsec-psk", "wrong-password", "unreachable")

    def wait_tunnel(self, connection, tunnel, reason, seconds=60):
        def has_reason():
            state = self.environment.tunnels(connection).get(tunnel, {})
            return state if state.get("reason") == reason else None
        return self.wait_until(f"tunnel {tunnel} of {connection} says {reason}", has_reason, seconds,
                               lambda: self.environment.tunnels(connection))

    def suspend(self, connection, suspend):
        cluster.patch("vpnconnection", connection, self.environment.name, {"spec": {"suspend": suspend}})

    def test_a_wrong_password_is_told_with_its_cure_and_without_the_password(self):
        words = self.wait_condition("connection", "wrong-password", "AuthenticationFailed")["message"]
        self.assertIn("tunnel a to 10.200.0.101:500", words)
        self.assertIn("check user name and password", words)
        self.assertIn("in the Secret", words)
        self.assertNotIn("not this one", str(self.environment.connection("wrong-password")))

    def test_a_server_that_does_not_answer_is_told_with_where_to_look(self):
        words = self.wait_condition("connection", "unreachable", "ServerUnreachable")["message"]
        self.assertIn(f"no answer from {SILENT}:500", words)
        self.assertIn("firewalls", words)

    def test_an_expired_server_certificate_is_told_and_its_renewal_is_enough(self):
        for name in ("office", "openvpn"):
            self.wait_connected(name, seconds=90)
        with expired_certificate(2):
            for name in ("office", "openvpn"):
                tunnel = self.wait_tunnel(name, "b", "ServerCertificateInvalid")
                self.assertRegex(tunnel["lastError"], "expired.*renew it")
                self.wait_condition("connection", name, "Degraded")
                self.assert_page(name)
        for name in ("office", "openvpn"):
            self.wait_connected(name, seconds=60)

    def test_a_password_changed_at_the_server_and_in_the_secret_takes_effect_by_itself(self):
        self.wait_connected("office", seconds=90)
        content = self.environment.decoded("office-vpn")
        self.addCleanup(self.wait_connected, "office", 60)
        self.addCleanup(cluster.apply, self.environment.secret("office-vpn", {**content, "password": PASSWORD}))
        with password("Changed pass"):
            cluster.apply(self.environment.secret("office-vpn", {**content, "password": "Changed pass"}))
            with stopped(1, 2):  # so that everybody has to log in again
                self.wait_condition("connection", "office", "ServerUnreachable")
            self.wait_connected("office", seconds=60)
            self.assert_page("office")

    def test_a_suspended_connection_has_no_gateway_and_comes_back_when_resumed(self):
        self.wait_connected("ipsec-psk", seconds=90)
        self.addCleanup(self.suspend, "ipsec-psk", False)
        self.suspend("ipsec-psk", True)
        self.wait_condition("connection", "ipsec-psk", "Suspended")
        self.wait_until("no gateway runs", lambda: not self.environment.gateway_pods("ipsec-psk"), 30)
        self.suspend("ipsec-psk", False)
        self.wait_connected("ipsec-psk")
        self.assert_page("ipsec-psk")
