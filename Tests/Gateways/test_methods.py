"""Each way in which an IPsec server authenticates and addresses its clients leads to the company's page."""
import unittest

from testbed import Gateway, command


class Methods(unittest.TestCase):
    def check_page(self, kind):
        with Gateway(1, kind) as gateway:
            self.assertIn("Hello world!", gateway.fetch())
            self.assertEqual(gateway.status()["tunnel"]["state"], "Connected")

    def test_a_certificate_without_eap(self):
        self.check_page("certificate")

    def test_a_certificate_with_an_elliptic_key(self):
        self.check_page("certificate-ec")

    def test_a_certificate_with_an_ed25519_key(self):
        self.check_page("certificate-ed25519")

    def test_a_password_for_the_user_and_a_shared_key_for_the_server(self):
        self.check_page("dial-up")

    def test_a_user_name_outside_ascii(self):
        self.check_page("umlaut")

    def test_a_token_as_a_password_over_openvpn(self):
        self.addCleanup(command, "company", "set-password", "S3cret pass")
        # The server's script gets it in a file, and OpenVPN writes none for the gateway's whole 1,500 bytes.
        command("company", "set-password", "T0k.en-" * 70)
        self.check_page("password")

    def test_between_sites_without_a_virtual_address_and_one_network_at_a_time(self):
        with Gateway(1, "site") as gateway:
            self.assertIn("Hello world!", gateway.fetch())
            self.assertIn("Hello world!", gateway.fetch(port=33002))
            status = gateway.status()
            self.assertEqual(status["tunnel"]["virtualAddress"], "10.77.0.1")
            self.assertFalse([notice for notice in status["notices"] if "offers no way" in notice])
