import Foundations
import Gateway
import TestSupport
import Testing

@testable import GatewayAgent

private enum NetworkNamespaces {
  static let areAvailable =
    Shell.run("unshare --mount --net ip rule && unshare --net nft list tables").exitCode == 0
}

/// In network namespaces of their own: needs root, iproute2 and nftables.
@Suite(.enabled(if: NetworkNamespaces.areAvailable)) struct NetworkNamespaceTests {
  /// A company behind tun0 of a gateway, and a pod behind its eth0, all of which forward and answer.
  static let world = """
    set -eu
    mkdir -p /run/netns
    mount -t tmpfs tmpfs /run/netns
    for name in company gateway pod; do ip netns add $name; ip -n $name link set lo up; done
    ip link add tun0 netns gateway type veth peer name eth0 netns company
    ip link add eth0 netns gateway type veth peer name eth0 netns pod
    addresses() {
      # A link-local address would be of use only after two seconds.
      ip -n $1 link set $2 addrgenmode none
      ip -n $1 addr add $3 dev $2
      ip -n $1 addr add $4 dev $2 nodad
      ip -n $1 link set $2 up
    }
    addresses company eth0 192.168.100.5/24 fd00:1::5/64
    addresses gateway tun0 192.168.100.200/24 fd00:1::200/64
    addresses gateway eth0 10.9.0.1/24 fd00:9::1/64
    addresses pod eth0 10.9.0.5/24 fd00:9::5/64
    ip -n company route add default via 192.168.100.200
    ip -n company route add default via fd00:1::200
    ip -n pod route add default via 10.9.0.1
    ip -n pod route add default via fd00:9::1
    ip netns exec gateway sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
    # Without one the gateway finds neighbours only for packets of its own.
    for address in fd00:1::5 fd00:9::5; do ip netns exec gateway ping -c 1 -W 1 $address >/dev/null; done
    reaches() { ip netns exec $1 ping -c 1 -W 1 $2 >/dev/null && echo "$1 $2" || echo "$1 -"; }

    """

  private func run(_ script: String) -> [String] {
    let result = Shell.run(#"exec unshare --mount --net --propagation private bash -c "$1""#, [Self.world + script])
    if result.exitCode != 0 { Issue.record("\(result.output)") }
    return result.output.split(separator: "\n").map(String.init)
  }

  @Test func theRuleThatRefusesForwardingLeavesThePodItselfAlone() {
    let lines = run(
      """
      reaches company 10.9.0.5
      reaches company fd00:9::5
      ip -n gateway rule add \(TunnelRoutes.refusingRule)
      ip -n gateway -6 rule add \(TunnelRoutes.refusingRule)
      reaches company 10.9.0.5
      reaches company fd00:9::5
      reaches pod 192.168.100.5
      reaches gateway 192.168.100.5
      reaches gateway 10.9.0.5
      reaches pod 10.9.0.1
      ip -n gateway rule del \(TunnelRoutes.refusingRule)
      reaches company 10.9.0.5
      """
    )
    #expect(
      lines == [
        "company 10.9.0.5", "company fd00:9::5", "company -", "company -", "pod -", "gateway 192.168.100.5",
        "gateway 10.9.0.5", "pod 10.9.0.1", "company 10.9.0.5",
      ]
    )
  }

  @Test func theRulesKeepTheCompanyOutOverIPv4AndIPv6() {
    let ruleset = NftablesRuleset(
      path: .device("tun0"),
      remoteNetworks: ["192.168.100.0/24"].compactMap { IPv4Network($0) },
      maximumSegmentSize: 1360,
      linkLocalServers: [IPv4Address(bits: 0xa9fe_140a)]
    )
    let lines = run(
      """
      reaches company fd00:9::5
      reaches company fd00:9::1
      ip netns exec gateway nft -f - <<'END'
      \(ruleset.text)
      \(ruleset.ipv6Text)
      END
      reaches company 10.9.0.5
      reaches company fd00:9::5
      reaches company fd00:9::1
      reaches pod fd00:1::5
      reaches gateway fd00:1::5
      reaches gateway 192.168.100.5
      reaches gateway fd00:9::5
      """
    )
    #expect(
      lines == [
        "company fd00:9::5", "company fd00:9::1", "company -", "company -", "company -", "pod -", "gateway -",
        "gateway 192.168.100.5", "gateway fd00:9::5",
      ]
    )
  }

  @Test func theKernelCountsForwardedPacketsAndNoneOfTheGatewaysOwn() {
    let lines = run(
      """
      counts() { ip netns exec gateway grep ^Ip: /proc/net/snmp; }
      counts
      reaches gateway 192.168.100.5 >/dev/null
      counts
      reaches pod 192.168.100.5 >/dev/null
      counts
      """
    )
    let counts = stride(from: 0, to: lines.count, by: 2).map { start in
      ForwardedPackets.count(in: Array(lines[start..<min(start + 2, lines.count)].joined(separator: "\n").utf8)[...])
    }
    #expect(counts.count == 3 && counts[0] != nil && counts[1] == counts[0])
    #expect(counts.last == counts.first.flatMap { $0 }.map { $0 + 2 }, "a request and its answer")
  }
}
