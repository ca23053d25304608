internal import CloudLinkerAPI
import Foundations
internal import Kubernetes

extension Fixture {
  private static let everybody = [
    "*", "%any", "%any6", "%gw.example.com", "0.0.0.0", "::", "0::0", "0.0.0.0/0", "10.0.0.0/8", "::/0",
    "2001:db8::/32", "0.0.0.0-255.255.255.255", "10.0.0.1-10.0.0.9", "@*", "fqdn:*", "FQDN:*", "email:*", "*.com",
    "*com", "**.example.com", "*@com", "fqdn:#2a", "dns:#2a", "ipv4:0.0.0.0", "ipv4:%any", "ipv4net:10.0.0.0/8",
    "ipv6range:::-::1", "asn1dn:CN=*", "CN=*", "C=*, CN=*", "/C=*/CN=*", "{2}:*", "{1}:#0a000001",
  ].map { bad("the identity \($0)", ipsec, "spec.ipsec.remoteIdentity", ("spec.ipsec.remoteIdentity", .string($0))) }

  static let badIPsec: [Fixture] =
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
}
