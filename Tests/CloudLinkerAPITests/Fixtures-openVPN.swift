internal import CloudLinkerAPI
import Foundations
internal import Kubernetes

extension Fixture {
  static let badOpenVPN: [Fixture] = [
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
}
