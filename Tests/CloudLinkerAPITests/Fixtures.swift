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
  static func ports(_ count: Int) -> JSONValue {
    .array(
      (0..<count).map { index in
        [
          "name": .string("p\(index)"), "port": .int(Int64(20_000 + index)), "protocol": "TCP",
          "target": ["host": "192.168.100.30", "port": 80],
        ]
      }
    )
  }
  static let connection = VPNConnection.resourceType

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

  static let bad: [Fixture] =
    badUnions + badIPsec + badOpenVPN + badTunnels + badNetworks + badGateway + badForwards + badBackbones + badClusters
    + badTwingate

  private static let badUnions: [Fixture] = [
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
}
