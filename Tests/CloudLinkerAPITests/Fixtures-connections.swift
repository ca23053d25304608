internal import CloudLinkerAPI
import Foundations
internal import Kubernetes

extension Fixture {
  static let badTunnels: [Fixture] = [
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

  static let badNetworks: [Fixture] =
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

  static let badGateway: [Fixture] = [
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
}
