internal import CloudLinkerAPI
import Foundations
internal import Kubernetes
internal import Testing

/// One object and what must become of it. The same list goes to the API server of 1.36 (schema and CEL), to the one of
/// 1.20 (schema only) and to the controller's own validation.
struct Fixture: Sendable, CustomTestStringConvertible {
  var name: String
  var type: ResourceType
  var object: JSONValue
  /// nil: good. Otherwise the field that must be named by whoever refuses it.
  var badField: String?
  var testDescription: String { "\(type.kind): \(name)" }

  static let all = good + bad
}

extension Fixture {
  static let ipsec: JSONValue = [
    "apiVersion": "cloudlinker.dev/v1alpha1", "kind": "VPNConnection",
    "metadata": ["name": "office", "namespace": "default"],
    "spec": [
      "type": "IPsec",
      "ipsec": [
        "authentication": ["method": "EAP-MSCHAPv2", "credentialsSecretRef": ["name": "office-vpn"]],
        "caSecretRef": ["name": "office-vpn"],
      ],
      "tunnels": [
        ["name": "a", "server": "18.188.145.101", "port": 500, "zone": "zone-1"],
        ["name": "b", "server": "vpn2.example.com", "zone": "zone-2"],
      ],
      "remoteNetworks": ["192.168.100.0/24"],
      "service": ["name": "vpn"],
    ],
  ]
  static let openVPN: JSONValue = [
    "apiVersion": "cloudlinker.dev/v1alpha1", "kind": "VPNConnection",
    "metadata": ["name": "office-openvpn", "namespace": "default"],
    "spec": [
      "type": "OpenVPN",
      "openVPN": ["caSecretRef": ["name": "office"], "clientCertificateSecretRef": ["name": "office"]],
      "tunnels": [["name": "a", "server": "10.200.0.101"]],
      "remoteNetworks": ["192.168.100.0/24"],
    ],
  ]
  static let profile = openVPN.replacing("spec.openVPN", ["profileSecretRef": ["name": "office"]])
  static let forward: JSONValue = [
    "apiVersion": "cloudlinker.dev/v1alpha1", "kind": "PortForward",
    "metadata": ["name": "hello", "namespace": "default"],
    "spec": [
      "vpnConnectionRef": ["name": "office"],
      "ports": [
        ["name": "http", "port": 33000, "target": ["host": "192.168.100.30", "port": 8080], "protocol": "TCP"],
        ["name": "dns", "port": 53, "target": ["host": "ns.corp", "port": 53, "dns": "192.168.100.2"]],
      ],
    ],
  ]

  static func good(_ name: String, _ type: ResourceType, _ object: JSONValue) -> Fixture {
    Fixture(name: name, type: type, object: object)
  }
  static func bad(
    _ name: String,
    _ base: JSONValue,
    _ field: String,
    _ changes: (String, JSONValue?)...
  ) -> Fixture {
    var object = base
    for (path, value) in changes { object = object.replacing(path, value) }
    let types = [
      PortForward.resourceType, VPNConnection.resourceType, Backbone.resourceType, PrivateCluster.resourceType,
    ]
    return Fixture(
      name: name,
      type: types.first { base["kind"]?.text == $0.kind } ?? connection,
      object: object,
      badField: field
    )
  }
  private static func ports(_ count: Int) -> JSONValue {
    .array(
      (0..<count).map { index in
        [
          "name": .string("p\(index)"), "port": .int(Int64(20_000 + index)), "protocol": "TCP",
          "target": ["host": "192.168.100.30", "port": 80],
        ]
      }
    )
  }
  private static let connection = VPNConnection.resourceType

  static let good: [Fixture] =
    goodIPsec + [
      good("the headline", connection, ipsec),
      good("OpenVPN with a certificate", connection, openVPN),
      good("OpenVPN by profile", connection, profile),
      good(
        "a profile with credentials",
        connection,
        profile.replacing("spec.openVPN.credentialsSecretRef", ["name": "office", "usernameKey": "user"])
      ),
      good(
        "PSK needs no CA",
        connection,
        ipsec.replacing("spec.ipsec", ["authentication": ["method": "PSK", "credentialsSecretRef": ["name": "x"]]])
      ),
      good("EAP-TLS", connection, ipsec.replacing("spec.ipsec.authentication.method", "EAP-TLS")),
      good("every field of IPsec", connection, everyIPsecField),
      good("every field of OpenVPN", connection, everyOpenVPNField),
      good(
        "algorithms by OpenSSL's other names",
        connection,
        openVPN.replacing("spec.openVPN.ciphers", ["aes-256-gcm", "AES256"]).replacing(
          "spec.openVPN.hmac",
          "RSA-SHA512"
        )
      ),
      good("suspended", connection, ipsec.replacing("spec.suspend", true)),
      good("with a connection log", connection, ipsec.replacing("spec.connectionLog", true)),
      good("one host as a network", connection, ipsec.replacing("spec.remoteNetworks", ["192.168.100.30/32"])),
      good(
        "64 networks and 8 tunnels",
        connection,
        ipsec.replacing("spec.remoteNetworks", .array((0..<64).map { .string("10.\($0).0.0/16") }))
          .replacing("spec.tunnels", .array((0..<8).map { ["name": .string("t\($0)"), "server": "vpn.example.com"] }))
      ),
      good("a single-label server", connection, ipsec.replacing("spec.tunnels[0].server", "vpn")),
      good(
        "an upper-case server with digits",
        connection,
        ipsec.replacing("spec.tunnels[0].server", "VPN-1.Example.c0m")
      ),
      good(
        "a server whose name begins like a loopback address",
        connection,
        ipsec.replacing("spec.tunnels[0].server", "127.vpn.example.com")
      ),
      good("a name of 63", connection, ipsec.replacing("metadata.name", .string(String(repeating: "n", count: 63)))),
      good("a gateway class", connection, ipsec.replacing("spec.gateway", ["className": "fast"])),
      good("a gateway of the default class", connection, ipsec.replacing("spec.gateway", [:])),
      good("the headline", PortForward.resourceType, forward),
      good("no protocol", PortForward.resourceType, forward.replacing("spec.ports[0].protocol", nil)),
      good("UDP", PortForward.resourceType, forward.replacing("spec.ports[0].protocol", "UDP")),
      good(
        "one port for TCP and for UDP",
        PortForward.resourceType,
        forward.replacing("spec.ports[1].port", 33000).replacing("spec.ports[1].protocol", "UDP")
      ),
      good("as many ports as there may be", PortForward.resourceType, forward.replacing("spec.ports", ports(512))),
      good("suspended", PortForward.resourceType, forward.replacing("spec.suspend", true)),
    ] + goodBackbones + goodClusters + goodTwingate

  static let everyIPsecField =
    ipsec
    .replacing("spec.ipsec.virtualAddress", "Requested")
    .replacing("spec.ipsec.localIdentity", "C=DE, O=Büro, CN=alice")
    .replacing("spec.ipsec.remoteIdentity", "vpn.example.com")
    .replacing("spec.ipsec.ikeProposals", ["aes256-sha256-modp2048", "aes256gcm16-prfsha384-ecp384"])
    .replacing("spec.ipsec.espProposals", ["aes256gcm16"])
    .replacing("spec.ipsec.deadPeerDetection", ["delaySeconds": 30])
    .replacing("spec.ipsec.forceUDPEncapsulation", true)
    .replacing("spec.ipsec.caSecretRef.key", "root.pem")
    .replacing("spec.ipsec.authentication.credentialsSecretRef.usernameKey", "user")
    .replacing("spec.ipsec.authentication.credentialsSecretRef.passwordKey", "pass_word")
    .replacing("spec.tunnels[0].remoteIdentity", "@18.188.145.101")
    .replacing("spec.allowedNamespaces", ["staging", "tools"])
    .replacing("spec.probe", ["address": "192.168.100.30:8080"])
    .replacing(
      "spec.gateway",
      [
        "className": "fast",
        "resources": ["limits": ["cpu": 1, "memory": "64Mi", "example.com/tun": "1"], "requests": ["cpu": "0.1"]],
      ]
    )
  static let everyOpenVPNField =
    openVPN
    .replacing("spec.openVPN.transport", "TCP")
    .replacing("spec.openVPN.credentialsSecretRef", ["name": "office"])
    .replacing(
      "spec.openVPN.staticKey",
      ["mode": "tls-auth", "direction": 1, "secretRef": ["name": "o", "key": "ta.key"]]
    )
    .replacing("spec.openVPN.ciphers", ["AES-256-GCM", "CHACHA20-POLY1305"])
    .replacing("spec.openVPN.fallbackCipher", "AES-256-CBC")
    .replacing("spec.openVPN.hmac", "SHA256")
    .replacing("spec.openVPN.compression", "LZ4-v2")
    .replacing("spec.openVPN.serverName", "vpn.example.com")

  static let bad =
    badUnions + badIPsec + badOpenVPN + badTunnels + badNetworks + badGateway + badForwards + badBackbones + badClusters
    + badTwingate

  private static let badUnions = [
    bad("no type", ipsec, "spec.type", ("spec.type", nil)),
    bad("Twingate without its member", ipsec, "spec", ("spec.type", "Twingate")),
    bad("a vendor's name misspelt", ipsec, "spec.type", ("spec.type", "ipsec")),
    bad("IPsec without ipsec", ipsec, "spec", ("spec.ipsec", nil)),
    bad("OpenVPN without openVPN", openVPN, "spec", ("spec.openVPN", nil)),
    bad("both members", ipsec, "spec", ("spec.openVPN", ["profileSecretRef": ["name": "x"]])),
    bad("the other's member", openVPN, "spec", ("spec.type", "IPsec")),
    bad("a name of 64", ipsec, "metadata.name", ("metadata.name", .string(String(repeating: "n", count: 64)))),
    bad("a Service name that begins with a digit", ipsec, "spec.service.name", ("spec.service.name", "1vpn")),
    bad("a Service name with a dot", ipsec, "spec.service.name", ("spec.service.name", "vpn.office")),
    bad(
      "a Service name of 64",
      ipsec,
      "spec.service.name",
      ("spec.service.name", .string(String(repeating: "v", count: 64)))
    ),
    bad("a namespace that is none", ipsec, "spec.allowedNamespaces[0]", ("spec.allowedNamespaces", ["Production"])),
    bad("a namespace twice", ipsec, "spec.allowedNamespaces[1]", ("spec.allowedNamespaces", ["a", "a"])),
  ]

  private static let goodIPsec: [Fixture] =
    [
      good("certificates", connection, ipsec.replacing("spec.ipsec.authentication.method", "Certificate")),
      good(
        "a pre-shared key for the server",
        connection,
        ipsec.replacing("spec.ipsec.caSecretRef", nil).replacing("spec.ipsec.serverKeySecretRef", ["name": "x"])
      ),
      good(
        "an own address and its network",
        connection,
        ipsec.replacing("spec.ipsec.virtualAddress", "None").replacing("spec.tunnels[0].localAddress", "10.99.0.5/24")
      ),
      good(
        "an own address",
        connection,
        ipsec.replacing("spec.ipsec.virtualAddress", "None").replacing("spec.tunnels[0].localAddress", "10.99.0.5")
      ),
      good("the pod's own address", connection, ipsec.replacing("spec.ipsec.virtualAddress", "None")),
    ]
    + [
      "vpn.example.com", "10.1.2.3", "@vpn", "*.example.com", "*@example.com", "@*.example.com", "2001:db8::1",
      "C=DE, O=Company, CN=*", "C=DE/O=Company/CN=vpn", "keyid:#2a2b", "keyid:office", "fqdn:vpn.example.com",
      "ace-bed.example.com", "asn1dn:CN=vpn", "0.example.com", "Büro",
    ].map { good("the identity \($0)", connection, ipsec.replacing("spec.ipsec.remoteIdentity", .string($0))) }

  private static let everybody = [
    "*", "%any", "%any6", "%gw.example.com", "0.0.0.0", "::", "0::0", "0.0.0.0/0", "10.0.0.0/8", "::/0",
    "2001:db8::/32", "0.0.0.0-255.255.255.255", "10.0.0.1-10.0.0.9", "@*", "fqdn:*", "FQDN:*", "email:*", "*.com",
    "*com", "**.example.com", "*@com", "fqdn:#2a", "dns:#2a", "ipv4:0.0.0.0", "ipv4:%any", "ipv4net:10.0.0.0/8",
    "ipv6range:::-::1", "asn1dn:CN=*", "CN=*", "C=*, CN=*", "/C=*/CN=*", "{2}:*", "{1}:#0a000001",
  ].map { bad("the identity \($0)", ipsec, "spec.ipsec.remoteIdentity", ("spec.ipsec.remoteIdentity", .string($0))) }

  private static let badIPsec =
    everybody + [
      bad(
        "Certificate without CA",
        ipsec,
        "spec.ipsec",
        ("spec.ipsec.authentication.method", "Certificate"),
        ("spec.ipsec.caSecretRef", nil)
      ),
      bad("a server's key and a CA", ipsec, "spec.ipsec", ("spec.ipsec.serverKeySecretRef", ["name": "x"])),
      bad(
        "a server's key with certificates",
        ipsec,
        "spec.ipsec",
        ("spec.ipsec.authentication.method", "EAP-TLS"),
        ("spec.ipsec.caSecretRef", nil),
        ("spec.ipsec.serverKeySecretRef", ["name": "x"])
      ),
      bad(
        "a virtual address of another kind",
        ipsec,
        "spec.ipsec.virtualAddress",
        ("spec.ipsec.virtualAddress", "none")
      ),
      bad("an own address beside a virtual one", ipsec, "spec", ("spec.tunnels[0].localAddress", "10.99.0.5")),
      bad(
        "an own address that nobody can answer",
        ipsec,
        "spec.tunnels[0].localAddress",
        ("spec.ipsec.virtualAddress", "None"),
        ("spec.tunnels[0].localAddress", "127.0.0.1")
      ),
      bad(
        "an own network that is too large",
        ipsec,
        "spec.tunnels[0].localAddress",
        ("spec.ipsec.virtualAddress", "None"),
        ("spec.tunnels[0].localAddress", "10.99.0.5/7")
      ),
      bad(
        "a tunnel's identity that everybody has",
        ipsec,
        "spec.tunnels[0].remoteIdentity",
        ("spec.tunnels[0].remoteIdentity", "%any")
      ),
      bad("no authentication", ipsec, "spec.ipsec.authentication", ("spec.ipsec.authentication", nil)),
      bad(
        "an unknown method",
        ipsec,
        "spec.ipsec.authentication.method",
        ("spec.ipsec.authentication.method", "EAP-MD5")
      ),
      bad("EAP without CA", ipsec, "spec.ipsec", ("spec.ipsec.caSecretRef", nil)),
      bad(
        "no Secret",
        ipsec,
        "spec.ipsec.authentication.credentialsSecretRef",
        ("spec.ipsec.authentication.credentialsSecretRef", nil)
      ),
      bad(
        "a Secret of another namespace",
        ipsec,
        "spec.ipsec.caSecretRef.name",
        ("spec.ipsec.caSecretRef.name", "other/office")
      ),
      bad("an empty Secret name", ipsec, "spec.ipsec.caSecretRef.name", ("spec.ipsec.caSecretRef.name", "")),
      bad("a key with a slash", ipsec, "spec.ipsec.caSecretRef.key", ("spec.ipsec.caSecretRef.key", "../ca.crt")),
      bad(
        "an identity of two lines",
        ipsec,
        "spec.ipsec.localIdentity",
        ("spec.ipsec.localIdentity", "alice\nupdown = sh")
      ),
      bad("an identity with a quote", ipsec, "spec.ipsec.remoteIdentity", ("spec.ipsec.remoteIdentity", "a\"b")),
      bad("an empty identity", ipsec, "spec.ipsec.remoteIdentity", ("spec.ipsec.remoteIdentity", "")),
      bad("a proposal with a brace", ipsec, "spec.ipsec.ikeProposals[0]", ("spec.ipsec.ikeProposals", ["aes256 }"])),
      bad(
        "a proposal with an empty part",
        ipsec,
        "spec.ipsec.espProposals[1]",
        ("spec.ipsec.espProposals", ["aes256gcm16", "aes--sha256"])
      ),
      bad(
        "17 proposals",
        ipsec,
        "spec.ipsec.ikeProposals",
        ("spec.ipsec.ikeProposals", .array((0..<17).map { .string("p\($0)") }))
      ),
      bad(
        "dead-peer delay 0",
        ipsec,
        "spec.ipsec.deadPeerDetection.delaySeconds",
        ("spec.ipsec.deadPeerDetection", ["delaySeconds": 0])
      ),
      bad(
        "dead-peer delay 3601",
        ipsec,
        "spec.ipsec.deadPeerDetection.delaySeconds",
        ("spec.ipsec.deadPeerDetection", ["delaySeconds": 3601])
      ),
    ]

  private static let badOpenVPN = [
    bad("no CA", openVPN, "spec.openVPN", ("spec.openVPN.caSecretRef", nil)),
    bad("nothing to prove who it is", openVPN, "spec.openVPN", ("spec.openVPN.clientCertificateSecretRef", nil)),
    bad("an empty openVPN", openVPN, "spec.openVPN", ("spec.openVPN", [:])),
    bad("transport SCTP", openVPN, "spec.openVPN.transport", ("spec.openVPN.transport", "SCTP")),
    bad("transport in small letters", openVPN, "spec.openVPN.transport", ("spec.openVPN.transport", "udp")),
    bad("a profile and a CA", profile, "spec.openVPN", ("spec.openVPN.caSecretRef", ["name": "x"])),
    bad("a profile and a transport", profile, "spec.openVPN", ("spec.openVPN.transport", "UDP")),
    bad("a profile and ciphers", profile, "spec.openVPN", ("spec.openVPN.ciphers", ["AES-256-GCM"])),
    bad(
      "an unknown static key mode",
      openVPN,
      "spec.openVPN.staticKey.mode",
      ("spec.openVPN.staticKey", ["mode": "tls", "secretRef": ["name": "x"]])
    ),
    bad(
      "direction with tls-crypt",
      openVPN,
      "spec.openVPN.staticKey",
      ("spec.openVPN.staticKey", ["mode": "tls-crypt", "direction": 1, "secretRef": ["name": "x"]])
    ),
    bad(
      "direction 2",
      openVPN,
      "spec.openVPN.staticKey.direction",
      ("spec.openVPN.staticKey", ["mode": "tls-auth", "direction": 2, "secretRef": ["name": "x"]])
    ),
    bad("a retired cipher", openVPN, "spec.openVPN.ciphers[0]", ("spec.openVPN.ciphers", ["BF-CBC"])),
    bad("a mistyped cipher", openVPN, "spec.openVPN.ciphers[0]", ("spec.openVPN.ciphers", ["AES256-GCM"])),
    bad("no encryption", openVPN, "spec.openVPN.fallbackCipher", ("spec.openVPN.fallbackCipher", "none")),
    bad("no HMAC", openVPN, "spec.openVPN.hmac", ("spec.openVPN.hmac", "none")),
    bad("a retired digest", openVPN, "spec.openVPN.hmac", ("spec.openVPN.hmac", "whirlpool")),
    bad(
      "ciphers that are too long together",
      openVPN,
      "spec.openVPN.ciphers",
      ("spec.openVPN.ciphers", .array((1...8).map { .string("CAMELLIA-\($0 % 2 == 0 ? 128 : 256)-CFB8") }))
    ),
    bad(
      "a server name that OpenVPN does not read",
      openVPN,
      "spec.openVPN.serverName",
      ("spec.openVPN.serverName", .string(String(repeating: "a", count: 231)))
    ),
    bad("a cipher with a space", openVPN, "spec.openVPN.ciphers[0]", ("spec.openVPN.ciphers", ["AES 256"])),
    bad(
      "a cipher list in one",
      openVPN,
      "spec.openVPN.ciphers[0]",
      ("spec.openVPN.ciphers", ["AES-256-GCM:AES-128-GCM"])
    ),
    bad("an HMAC of two lines", openVPN, "spec.openVPN.hmac", ("spec.openVPN.hmac", "SHA256\nup /bin/sh")),
    bad("compression zstd", openVPN, "spec.openVPN.compression", ("spec.openVPN.compression", "zstd")),
    bad("a server name with a quote", openVPN, "spec.openVPN.serverName", ("spec.openVPN.serverName", "a\" name")),
    bad("a tunnel's IKE identity", openVPN, "spec", ("spec.tunnels[0].remoteIdentity", "x")),
  ]

  private static let badTunnels = [
    bad("no tunnels", ipsec, "spec.tunnels", ("spec.tunnels", [])),
    bad("tunnels left out", ipsec, "spec", ("spec.tunnels", nil)),
    bad(
      "9 tunnels",
      ipsec,
      "spec.tunnels",
      ("spec.tunnels", .array((0..<9).map { ["name": .string("t\($0)"), "server": "a"] }))
    ),
    bad("two tunnels of one name", ipsec, "spec.tunnels[1]", ("spec.tunnels[1].name", "a")),
    bad(
      "a tunnel name of 33",
      ipsec,
      "spec.tunnels[0].name",
      ("spec.tunnels[0].name", .string(String(repeating: "t", count: 33)))
    ),
    bad("an upper-case tunnel name", ipsec, "spec.tunnels[0].name", ("spec.tunnels[0].name", "A")),
    bad("no server", ipsec, "spec.tunnels[0].server", ("spec.tunnels[0].server", nil)),
    bad("an empty server", ipsec, "spec.tunnels[0].server", ("spec.tunnels[0].server", "")),
    bad("a server with a port", ipsec, "spec.tunnels[0].server", ("spec.tunnels[0].server", "vpn.example.com:500")),
    bad(
      "a server that is nearly an address",
      ipsec,
      "spec.tunnels[0].server",
      ("spec.tunnels[0].server", "10.0.0.300")
    ),
    bad("a server with leading zeros", ipsec, "spec.tunnels[0].server", ("spec.tunnels[0].server", "010.0.0.1")),
    bad("an IPv6 server", ipsec, "spec.tunnels[0].server", ("spec.tunnels[0].server", "2001:db8::1")),
    bad(
      "a server with an underscore",
      ipsec,
      "spec.tunnels[0].server",
      ("spec.tunnels[0].server", "vpn_1.example.com")
    ),
    bad(
      "a server with an empty label",
      ipsec,
      "spec.tunnels[0].server",
      ("spec.tunnels[0].server", "vpn..example.com")
    ),
    bad(
      "a label of 64",
      ipsec,
      "spec.tunnels[0].server",
      ("spec.tunnels[0].server", .string(String(repeating: "a", count: 64) + ".de"))
    ),
    bad("a server with a line break", ipsec, "spec.tunnels[0].server", ("spec.tunnels[0].server", "vpn\n")),
    bad("a server on this host", ipsec, "spec.tunnels[0].server", ("spec.tunnels[0].server", "127.0.0.1")),
    bad("the metadata service", ipsec, "spec.tunnels[0].server", ("spec.tunnels[0].server", "169.254.169.254")),
    bad("a multicast server", ipsec, "spec.tunnels[0].server", ("spec.tunnels[0].server", "224.0.0.1")),
    bad("a server in this network", ipsec, "spec.tunnels[0].server", ("spec.tunnels[0].server", "0.0.0.0")),
    bad("port 0", ipsec, "spec.tunnels[0].port", ("spec.tunnels[0].port", 0)),
    bad("port 70000", ipsec, "spec.tunnels[1].port", ("spec.tunnels[1].port", 70000)),
    bad("a port as text", ipsec, "spec.tunnels[0].port", ("spec.tunnels[0].port", "500")),
    bad("an empty zone", ipsec, "spec.tunnels[0].zone", ("spec.tunnels[0].zone", "")),
    bad("a zone with a space", ipsec, "spec.tunnels[0].zone", ("spec.tunnels[0].zone", "zone 1")),
  ]

  private static let badNetworks =
    [
      ("the default route", "0.0.0.0/0"), ("half of everything", "128.0.0.0/1"), ("a prefix of 7", "10.0.0.0/7"),
      ("a prefix of 33", "10.0.0.0/33"), ("no prefix", "192.168.100.0"), ("host bits", "192.168.100.5/24"),
      ("an octet of 256", "192.168.256.0/24"), ("leading zeros", "192.168.010.0/24"), ("IPv6", "fd00::/8"),
      ("loopback", "127.0.0.0/8"), ("link-local", "169.254.0.0/16"), ("multicast", "224.0.0.0/8"),
      ("reserved", "255.255.255.255/32"), ("this network", "0.0.0.0/8"), ("a name", "office"), ("nothing", ""),
    ].map { bad("network: \($0.0)", ipsec, "spec.remoteNetworks[0]", ("spec.remoteNetworks", [.string($0.1)])) }
    + [
      bad("no networks", ipsec, "spec.remoteNetworks", ("spec.remoteNetworks", [])),
      bad("networks left out", ipsec, "spec", ("spec.remoteNetworks", nil)),
      bad(
        "65 networks",
        ipsec,
        "spec.remoteNetworks",
        ("spec.remoteNetworks", .array((0..<65).map { .string("10.\($0).0.0/16") }))
      ),
      bad("a network twice", ipsec, "spec.remoteNetworks[1]", ("spec.remoteNetworks", ["10.0.0.0/8", "10.0.0.0/8"])),
      bad("a probe outside", ipsec, "spec", ("spec.probe", ["address": "192.168.101.1:80"])),
      bad("a probe without a port", ipsec, "spec.probe.address", ("spec.probe", ["address": "192.168.100.30"])),
      bad("a probe of port 65536", ipsec, "spec.probe.address", ("spec.probe", ["address": "192.168.100.30:65536"])),
      bad("a probe of port 0", ipsec, "spec.probe.address", ("spec.probe", ["address": "192.168.100.30:0"])),
      bad("a probe by name", ipsec, "spec.probe.address", ("spec.probe", ["address": "host.corp:80"])),
    ]

  private static let badGateway = [
    bad("an upper-case class", ipsec, "spec.gateway.className", ("spec.gateway", ["className": "Fast"])),
    bad("a class with a dot", ipsec, "spec.gateway.className", ("spec.gateway", ["className": "a.b"])),
    bad("a class without a name", ipsec, "spec.gateway.className", ("spec.gateway", ["className": ""])),
    bad(
      "a class name of 64",
      ipsec,
      "spec.gateway.className",
      ("spec.gateway", ["className": .string(String(repeating: "c", count: 64))])
    ),
    bad(
      "a limit that is none",
      ipsec,
      "spec.gateway.resources.limits.cpu",
      ("spec.gateway", ["resources": ["limits": ["cpu": "much"]]])
    ),
    bad(
      "a negative request",
      ipsec,
      "spec.gateway.resources.requests.memory",
      ("spec.gateway", ["resources": ["requests": ["memory": "-1Mi"]]])
    ),
    bad(
      "a suffix that Kubernetes does not know",
      ipsec,
      "spec.gateway.resources.requests.memory",
      ("spec.gateway", ["resources": ["requests": ["memory": "1K"]]])
    ),
  ]

  private static let badForwards = [
    bad("no connection", forward, "spec.vpnConnectionRef", ("spec.vpnConnectionRef", nil)),
    bad(
      "a connection of another namespace",
      forward,
      "spec.vpnConnectionRef.name",
      ("spec.vpnConnectionRef.name", "other/office")
    ),
    bad("no ports", forward, "spec.ports", ("spec.ports", [])),
    bad("513 ports", forward, "spec.ports", ("spec.ports", ports(513))),
    bad("two ports of one name", forward, "spec.ports[1]", ("spec.ports[1].name", "http")),
    bad("one port twice", forward, "spec.ports", ("spec.ports[1].port", 33000)),
    bad(
      "one port twice, once by default",
      forward,
      "spec.ports",
      ("spec.ports[1].port", 33000),
      ("spec.ports[0].protocol", nil)
    ),
    bad(
      "the last of 512 ports again",
      forward,
      "spec.ports",
      ("spec.ports", ports(512)),
      ("spec.ports[0].port", 20511)
    ),
    bad("port 0", forward, "spec.ports[0].port", ("spec.ports[0].port", 0)),
    bad("port 65536", forward, "spec.ports[1].port", ("spec.ports[1].port", 65536)),
    bad("the gateway's own port", forward, "spec.ports[0].port", ("spec.ports[0].port", 15021)),
    bad("the port of the policy canary", forward, "spec.ports[0].port", ("spec.ports[0].port", 15022)),
    bad("protocol SCTP", forward, "spec.ports[0].protocol", ("spec.ports[0].protocol", "SCTP")),
    bad("protocol in small letters", forward, "spec.ports[0].protocol", ("spec.ports[0].protocol", "tcp")),
    bad("no target", forward, "spec.ports[0].target", ("spec.ports[0].target", nil)),
    bad("no target host", forward, "spec.ports[0].target.host", ("spec.ports[0].target.host", nil)),
    bad("an IPv6 target", forward, "spec.ports[0].target", ("spec.ports[0].target.host", "fd00::30")),
    bad(
      "a target that is nearly an address",
      forward,
      "spec.ports[0].target",
      ("spec.ports[0].target.host", "192.168.100.256")
    ),
    bad("a target port of 0", forward, "spec.ports[0].target.port", ("spec.ports[0].target.port", 0)),
    bad("a name without a DNS server", forward, "spec.ports[1].target", ("spec.ports[1].target.dns", nil)),
    bad("a DNS server for an address", forward, "spec.ports[0].target", ("spec.ports[0].target.dns", "192.168.100.2")),
    bad("a DNS server by name", forward, "spec.ports[1].target.dns", ("spec.ports[1].target.dns", "ns1.corp.example")),
    bad("an upper-case port name", forward, "spec.ports[0].name", ("spec.ports[0].name", "HTTP")),
  ]
}

extension JSONValue {
  /// The same with the field at `a.b[0].c` set, or removed when the value is nil.
  func replacing(_ path: String, _ value: JSONValue?) -> JSONValue {
    let steps = path.replacing("[", with: ".").replacing("]", with: "").split(separator: ".").map(String.init)
    return replacing(steps[...], value)
  }
  private func replacing(_ steps: ArraySlice<String>, _ value: JSONValue?) -> JSONValue {
    guard let step = steps.first else { return value ?? .null }
    let rest = steps.dropFirst()
    switch self {
    case .array(var items):
      guard let index = Int(step), items.indices.contains(index) else { return self }
      items[index] = items[index].replacing(rest, value)
      return .array(items)
    case .object(var fields):
      fields[step] = rest.isEmpty ? value : (fields[step] ?? [:]).replacing(rest, value)
      return .object(fields)
    default: return self
    }
  }
  subscript(_ path: String) -> JSONValue? {
    let steps = path.replacing("[", with: ".").replacing("]", with: "").split(separator: ".").map(String.init)
    return steps.reduce(self) { value, step in
      switch value {
      case .object(let fields): fields[step]
      case .array(let items): Int(step).flatMap { items.indices.contains($0) ? items[$0] : nil }
      default: nil
      }
    }
  }
  var text: String? {
    if case .string(let text) = self { text } else { nil }
  }
  var items: [JSONValue] {
    if case .array(let items) = self { items } else { [] }
  }
}
