"""Objects that cannot be carried out are refused in words: object, field, value, and what to do."""
import hashlib

import cluster
from case import EndToEndCase
from cluster import CommandFailed, condition
from connections import SPECS, ipsec, openvpn, port, port_forward, tunnels, vpn_connection


class Refusing(EndToEndCase):
    connections = ("office",)

    def refusal(self, thing):
        """What the API server says to it, or else its Ready condition."""
        try:
            cluster.apply(thing)
        except CommandFailed as error:
            return str(error)
        self.addCleanup(cluster.delete, thing, wait=False)
        kind, name = thing["kind"], thing["metadata"]["name"]

        def is_judged():
            ready = condition(cluster.get(kind, name, self.environment.name))
            return ready if ready.get("status") == "False" else None
        ready = self.wait_until(f"{kind} {name} is refused", is_judged, 20)
        return f"{ready['reason']}: {ready['message']}"

    def assert_refused(self, thing, *words):
        said = self.refusal(thing)
        for word in words:
            self.assertIn(word, said)

    def setUp(self):
        # A name for each case: what the one before removes may take a moment.
        self.name = "bad-" + hashlib.sha256(self.id().encode()).hexdigest()[:6]

    def forward(self, *ports, connection="office"):
        return port_forward(self.name, self.environment.name, connection, *ports)

    def connection(self, **changes):
        return vpn_connection(self.name, self.environment.name, {**SPECS["office"], **changes})

    def test_a_target_outside_the_remote_networks(self):
        self.assert_refused(
            self.forward(port("page", 35000, host="10.9.9.9")), "TargetOutsideRemoteNetworks",
            "spec.ports[0].target.host", "10.9.9.9", "192.168.100.0/24", "add its network there")

    def test_a_corrected_object_is_taken(self):
        self.refusal(self.forward(port("page", 35001, host="10.9.9.9")))
        cluster.apply(self.forward(port("page", 35001)))
        self.wait_connected("office", seconds=90)
        self.wait_forwarding(self.name)
        self.assert_page("office", 35001)

    def test_a_forward_of_no_connection(self):
        self.assert_refused(
            self.forward(port("page", 35000), connection="nowhere"), "ConnectionNotFound",
            "spec.vpnConnectionRef.name", "nowhere", "create it or correct the name")

    def test_a_port_that_is_the_gateways_own(self):
        self.assert_refused(self.forward(port("page", 15021)), "spec.ports[0].port", "15021", "choose another")

    def test_a_port_that_no_schema_allows(self):
        self.assert_refused(self.forward(port("page", 70000)), "spec.ports", "70000", "65535")

    def test_a_target_name_without_a_name_server(self):
        self.assert_refused(
            self.forward(port("page", 35000, host="hello.corp.example")), "spec.ports[0].target", "dns is required")

    def test_a_network_with_host_bits(self):
        self.assert_refused(
            self.connection(remoteNetworks=["192.168.100.1/24"]), "spec.remoteNetworks[0]", "192.168.100.1/24")

    def test_a_type_without_its_member(self):
        self.assert_refused(
            self.connection(type="OpenVPN"), "spec.ipsec", "goes with no other type")

    def test_a_secret_that_is_missing(self):
        self.assert_refused(
            self.connection(**ipsec("EAP-MSCHAPv2", "10.200.0.101", secret="nobodys")),
            "SecretNotFound", 'Secret "nobodys"', "create it")

    def test_a_secret_without_the_key(self):
        spec = ipsec("EAP-MSCHAPv2", "10.200.0.101")
        spec["ipsec"]["caSecretRef"]["key"] = "authority.pem"
        self.assert_refused(
            self.connection(**spec),
            "SecretKeyMissing", "caSecretRef", 'Secret "office-vpn" has no key "authority.pem"', "add it")

    def test_a_service_name_that_another_connection_has(self):
        self.assert_refused(
            self.connection(service={"name": "office"}),
            "ServiceNameConflict", "spec.service.name", '"office"', "VPNConnection office", "choose another name")

    def test_an_image_of_ones_own(self):
        self.assert_refused(
            self.connection(gateway={"image": "docker.io/evil/image:1"}),
            "GatewayOptionsRefused", "spec.gateway.image", "docker.io/evil/image:1", "leave it out")

    def test_a_profile_that_runs_a_program(self):
        secret = self.environment.secret("bad-profile", {"profile.ovpn": "client\nup /bin/sh\n"})
        cluster.apply(secret)
        self.addCleanup(cluster.delete, secret)
        self.assert_refused(
            vpn_connection(self.name, self.environment.name,
                           openvpn(1194, "10.200.0.101", profileSecretRef={"name": "bad-profile"})),
            "ProfileRefused", "line 2: `up` is not allowed", "run")

    def test_two_tunnels_with_one_name(self):
        twice = tunnels("10.200.0.101") + tunnels("10.200.0.102")
        self.assert_refused(self.connection(tunnels=twice), "spec.tunnels", '"a"')
