"""Each way in which an IPsec server authenticates and addresses its clients leads to the company's page."""
import unittest

from testbed import Gateway


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
