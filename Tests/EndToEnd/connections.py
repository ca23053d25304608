"""The VPNConnections of the suite, by name, and how objects are written. A connection's Service has its name."""
from company import SILENT, servers

API = "cloudlinker.dev/v1beta1"
PAGE_PORT, FILES_PORT, NAMED_PORT, ECHO_PORT = 33000, 33001, 33002, 33053
"""Ports of every connection: the hello page, downloads, the page by its name in the company, UDP echo."""


# Seconds. Longer than the downloads of a minute. While a namespace is deleted, Kubernetes looks again only after half of the
# longest grace period in it: with the default of 300 s that takes 156 s.
DRAIN = 80


def vpn_connection(name, namespace, spec):
    return {"apiVersion": API, "kind": "VPNConnection", "metadata": {"name": name, "namespace": namespace},
            "spec": {"remoteNetworks": ["192.168.100.0/24"], "service": {"name": name}, "gateway": {"drainSeconds": DRAIN},
                     **spec}}


def port(name, number, target_port=8080, protocol="TCP", **target):
    return {"name": name, "port": number, "protocol": protocol,
            "target": {"host": "192.168.100.30", "port": target_port, **target}}


def port_forward(name, namespace, connection, *ports):
    return {"apiVersion": API, "kind": "PortForward", "metadata": {"name": name, "namespace": namespace},
            "spec": {"vpnConnectionRef": {"name": connection}, "ports": list(ports)}}


def tunnels(*addresses, port=None):
    number = {"port": port} if port else {}
    return [{"name": "ab"[i], "server": address, "zone": f"zone-{i + 1}", **number}
            for i, address in enumerate(addresses)]


def ipsec(method, *addresses, secret="office-vpn"):
    authentication = {"method": method, "credentialsSecretRef": {"name": secret}}
    authority = {} if method == "PSK" else {"caSecretRef": {"name": secret}}
    return {"type": "IPsec", "ipsec": {"authentication": authentication, **authority}, "tunnels": tunnels(*addresses)}


def between_sites(address):
    spec = ipsec("PSK", address)
    spec["ipsec"]["virtualAddress"] = "None"
    spec["tunnels"][0]["localAddress"] = "10.77.0.1/24"
    return {**spec, "remoteNetworks": ["192.168.100.0/24", "192.168.101.0/24"]}


def openvpn(number, *addresses, **fields):
    return {"type": "OpenVPN", "openVPN": fields, "tunnels": tunnels(*addresses, port=number)}


SECRET = {"name": "office-openvpn"}
CERTIFICATE = {"caSecretRef": SECRET, "clientCertificateSecretRef": SECRET}
LOGIN = {"caSecretRef": SECRET, "credentialsSecretRef": SECRET}


def static_key(mode, **more):
    return {"staticKey": {"mode": mode, "secretRef": SECRET, **more}}


SPECS = {
    "office": ipsec("EAP-MSCHAPv2", servers(1), "vpn2.example.com"),
    "ipsec-tls": ipsec("EAP-TLS", servers(1, "tls")),
    "ipsec-psk": ipsec("PSK", servers(1, "psk")),
    "ipsec-certificate": ipsec("Certificate", servers(1, "cert"), servers(2, "cert")),
    "ipsec-site": between_sites(servers(1, "site")),
    "openvpn": openvpn(1194, servers(1), servers(2), transport="UDP", **CERTIFICATE, **static_key("tls-crypt")),
    "openvpn-tcp": openvpn(1195, servers(1), transport="TCP", **LOGIN, **static_key("tls-auth", direction=1)),
    "openvpn-lz4": openvpn(1196, servers(1), **LOGIN, fallbackCipher="AES-256-CBC", hmac="SHA256", compression="LZ4-v2"),
    "openvpn-v2": openvpn(1197, servers(1), **CERTIFICATE, **static_key("tls-crypt-v2")),
    "openvpn-profile": openvpn(1197, servers(2), profileSecretRef={"name": "profile"}),
    "wrong-password": ipsec("EAP-MSCHAPv2", servers(1), secret="wrong-vpn"),
    "unreachable": ipsec("EAP-MSCHAPv2", SILENT),
}


def forwards_of(connection, namespace):
    """The PortForward that every connection of the suite gets."""
    return port_forward(
        f"{connection}-ports", namespace, connection,
        port("page", PAGE_PORT), port("files", FILES_PORT, 8081), port("echo", ECHO_PORT, 5353, "UDP"),
        port("named", NAMED_PORT, host="hello.corp.example", dns="192.168.100.53"))


def profile(secrets):
    """A .ovpn file as a server's administrator hands it out, from the decoded content of a customer's Secret."""
    inline = {"ca": "ca.crt", "cert": "tls.crt", "key": "tls.key", "tls-crypt-v2": "tls-crypt-v2.key"}
    lines = ["client", "dev tun", "proto udp", "remote vpn.example.com 1197", "resolv-retry infinite", "nobind",
             "persist-key", "persist-tun", "remote-cert-tls server", "cipher AES-256-GCM", "verb 3",
             # What a laptop needs and a gateway ignores.
             "user nobody", "redirect-gateway def1", "dhcp-option DNS 8.8.8.8", "setenv opt block-outside-dns"]
    blocks = [f"<{tag}>\n{secrets[key].strip()}\n</{tag}>" for tag, key in inline.items()]
    return "\n".join(lines + blocks) + "\n"
