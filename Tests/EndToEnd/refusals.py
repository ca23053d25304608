"""Objects that must be refused, and words that the refusal must contain, whether the API server or the operator says it."""
from typing import NamedTuple

from connections import SPECS, ipsec, openvpn, port, port_forward, tunnels, vpn_connection


class Refusal(NamedTuple):
    object: dict
    words: tuple


def refusals(namespace, name, knows_rules):
    """By title of the case. `knows_rules`: whether the server evaluates the CEL rules of the CRDs (1.25 and later), and
    so answers before the operator does."""
    def forward(*ports, connection="office"):
        return port_forward(name, namespace, connection, *ports)

    def connection(**changes):
        return vpn_connection(name, namespace, {**SPECS["office"], **changes})

    without_key = ipsec("EAP-MSCHAPv2", "10.200.0.101")
    without_key["ipsec"]["caSecretRef"]["key"] = "authority.pem"
    return {
        "a target outside the remote networks": Refusal(
            forward(port("page", 35000, host="10.9.9.9")),
            ("TargetOutsideRemoteNetworks", "spec.ports[0].target.host", "10.9.9.9", "192.168.100.0/24",
             "add its network there")),
        "a forward of no connection": Refusal(
            forward(port("page", 35000), connection="nowhere"),
            ("ConnectionNotFound", "spec.vpnConnectionRef.name", "nowhere", "create it or correct the name")),
        "a port that is the gateways own": Refusal(
            forward(port("page", 15021)), ("spec.ports[0].port", "15021", "choose another")),
        "the port of the policy canary": Refusal(
            forward(port("page", 15022)), ("spec.ports[0].port", "15022", "choose another")),
        "a port that no schema allows": Refusal(forward(port("page", 70000)), ("spec.ports", "70000", "65535")),
        "a target name without a name server": Refusal(
            forward(port("page", 35000, host="hello.corp.example")), ("spec.ports[0].target", "dns is required")),
        "a network with host bits": Refusal(
            connection(remoteNetworks=["192.168.100.1/24"]), ("spec.remoteNetworks[0]", "192.168.100.1/24")),
        # A rule over two fields names them in its message; the path that the server adds is that of both, "spec".
        "a type without its member": Refusal(
            connection(type="OpenVPN"),
            ("spec: ", "ipsec is required with type IPsec, and is only allowed with that type") if knows_rules else
            ("spec.ipsec", "is only allowed with that type")),
        "a secret that is missing": Refusal(
            connection(**ipsec("EAP-MSCHAPv2", "10.200.0.101", secret="nobodys")),
            ("SecretNotFound", 'Secret "nobodys"', "create it")),
        "a secret without the key": Refusal(
            connection(**without_key),
            ("SecretKeyMissing", "caSecretRef", 'Secret "office-vpn" has no key "authority.pem"', "add it")),
        "a service name that another connection has": Refusal(
            connection(service={"name": "office"}),
            ("ServiceNameConflict", "spec.service.name", '"office"', "VPNConnection office", "choose another name")),
        "more than the gateway class allows": Refusal(
            connection(gateway={"resources": {"limits": {"memory": "64Gi"}}}),
            ("GatewayOptionsRefused", "spec.gateway.resources.limits.memory", "64Gi", "512Mi", "ask for less")),
        "a gateway class that is not there": Refusal(
            connection(gateway={"className": "absent"}),
            ("GatewayClassNotFound", "spec.gateway.className", '"absent"', "choose one of default")),
        "a profile that runs a program": Refusal(
            vpn_connection(name, namespace, openvpn(1194, "10.200.0.101", profileSecretRef={"name": "bad-profile"})),
            ("ProfileRefused", "line 2: `up` is not allowed", "run")),
        "two tunnels with one name": Refusal(
            connection(tunnels=tunnels("10.200.0.101") + tunnels("10.200.0.102")), ("spec.tunnels", '"a"')),
    }
