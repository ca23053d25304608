"""Every way to connect leads a pod to the company's page."""
from case import EndToEndCase


class Connecting(EndToEndCase):
    connections = ("office", "ipsec-tls", "ipsec-psk", "ipsec-certificate", "ipsec-site", "openvpn", "openvpn-tcp",
                   "openvpn-lz4", "openvpn-v2", "openvpn-profile")

    def test_ipsec_with_user_and_password(self):
        self.assert_connection_leads_to_the_page("office")

    def test_ipsec_with_a_client_certificate(self):
        self.assert_connection_leads_to_the_page("ipsec-tls")

    def test_ipsec_with_a_shared_key(self):
        self.assert_connection_leads_to_the_page("ipsec-psk")

    def test_ipsec_with_certificates_and_no_eap(self):
        self.assert_connection_leads_to_the_page("ipsec-certificate")

    def test_ipsec_between_sites_with_an_own_address_and_one_network_at_a_time(self):
        self.assert_connection_leads_to_the_page("ipsec-site")
        tunnel = self.environment.tunnels("ipsec-site")["a"]
        self.assertEqual(tunnel["virtualIP"], "10.77.0.1")
        notices = self.environment.connection("ipsec-site")["status"].get("notices", [])
        self.assertFalse([notice for notice in notices if "offers no way" in notice])

    def test_openvpn_over_udp_with_a_client_certificate(self):
        self.assert_connection_leads_to_the_page("openvpn")

    def test_openvpn_over_tcp_with_user_and_password(self):
        self.assert_connection_leads_to_the_page("openvpn-tcp")

    def test_openvpn_to_the_published_server_with_lz4_and_no_routes(self):
        self.assert_connection_leads_to_the_page("openvpn-lz4")

    def test_openvpn_with_tls_crypt_v2(self):
        self.assert_connection_leads_to_the_page("openvpn-v2")

    def test_openvpn_with_a_whole_profile(self):
        self.assert_connection_leads_to_the_page("openvpn-profile")

    def test_each_tunnel_has_a_gateway_in_its_zone_and_an_address_of_the_company(self):
        self.wait_connected("office", seconds=90)
        for name, tunnel in self.environment.tunnels("office").items():
            self.assertRegex(tunnel["virtualIP"], r"^10\.10\.10\.")
            pod, = [pod for pod in self.environment.gateway_pods("office") if pod["metadata"]["name"] == tunnel["gateway"]]
            self.assertEqual(pod["spec"]["nodeName"], {"a": "cl-n1", "b": "cl-n2"}[name])

    def assert_connection_leads_to_the_page(self, name):
        self.wait_connected(name, seconds=90)
        self.assert_page(name)
