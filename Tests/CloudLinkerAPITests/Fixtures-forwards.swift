internal import CloudLinkerAPI
import Foundations
internal import Kubernetes

extension Fixture {
  static let badForwards: [Fixture] = [
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
