import Foundations
import Gateway
import Testing

@Suite struct NftablesRulesetTests {
  static func ruleset(_ change: (inout NftablesRuleset) -> Void = { _ in }) -> NftablesRuleset {
    var ruleset = NftablesRuleset(
      path: .device("tun0"),
      remoteNetworks: ["192.168.100.0/24"].compactMap { IPv4Network($0) },
      maximumSegmentSize: 1360
    )
    add(&ruleset, .tcp, 33000, "192.168.100.30:8080")
    change(&ruleset)
    return ruleset
  }
  static func add(
    _ ruleset: inout NftablesRuleset,
    _ transport: TransportProtocol,
    _ port: Int,
    _ target: String
  ) {
    let port = ForwardPort(transport: transport, port: port)
    ruleset.ports[port] = target
    ruleset.targets[port] = ForwardTarget(target)
  }
  static let sibling = IPv4Address(bits: 0x0AF4_0105)

  @Test func tunDevice() {
    #expect(
      Self.ruleset().text == """
        table ip cloudlinker {}
        delete table ip cloudlinker
        table ip cloudlinker {
          counter killswitch_forward {}
          counter killswitch_output {}
          counter killswitch_postrouting {}
          counter refused {}
          set remote { type ipv4_addr; flags interval; elements = { 192.168.100.0/24 }; }
          set siblings { type ipv4_addr; }
          set tcp_ports { type inet_service; elements = { 33000 }; }
          set udp_ports { type inet_service; }
          map tcp_fwd { type inet_service : ipv4_addr . inet_service; elements = { 33000 : 192.168.100.30 . 8080 }; }
          map udp_fwd { type inet_service : ipv4_addr . inet_service; }
          chain serve {
            dnat ip to tcp dport map @tcp_fwd
            dnat ip to udp dport map @udp_fwd
          }
          chain translate {
            oifname "tun0" ct status dnat masquerade
          }
          chain clamp {
            ct status dnat tcp flags syn tcp option maxseg size set 1360
          }
          chain count {
          }
          chain prerouting {
            type nat hook prerouting priority dstnat; policy accept;
            iifname "tun0" return
            fib daddr type local jump serve
          }
          chain postrouting {
            type nat hook postrouting priority srcnat; policy accept;
            jump translate
            ip daddr @siblings ct status dnat masquerade
          }
          chain input {
            type filter hook input priority filter; policy accept;
            iifname "tun0" ct state != { established, related } counter name refused drop
          }
          chain forward {
            type filter hook forward priority filter; policy drop;
            oifname != "tun0" ip daddr @remote counter name killswitch_forward drop
            iifname != "tun0" ip saddr @remote counter name refused drop
            ct direction original ct status dnat meta l4proto tcp ct original proto-dst != @tcp_ports reject with tcp reset
            jump clamp
            oifname "tun0" ip daddr @remote ct status dnat accept
            iifname "tun0" ct state established,related ct status dnat accept
            ip daddr @siblings ct status dnat accept
            ct state established,related ip saddr @siblings ct status dnat accept
            counter name refused
          }
          chain output {
            type filter hook output priority filter; policy accept;
            ct state new ip daddr 169.254.0.0/16 counter name refused drop
            oifname != { "tun0", "lo" } ip daddr @remote counter name killswitch_output drop
            oifname "tun0" ip daddr != @remote counter name refused drop
          }
          chain guard {
            type filter hook postrouting priority srcnat + 10; policy accept;
            oifname != { "tun0", "lo" } ip daddr @remote counter name killswitch_postrouting drop
          }
        }

        """
    )
  }

  /// A server's name may lead to a metadata server; the pod's DNS cache may have such an address too.
  @Test func linkLocalAddressesAreForDNSOnly() {
    let server = IPv4Address(bits: 0xa9fe_140a)
    for path: NftablesRuleset.Path in [.device("tun0"), .kernelPolicies(virtualAddress: nil)] {
      let ruleset = Self.ruleset { $0.path = path }
      let other = Self.ruleset { ($0.path, $0.linkLocalServers) = (path, [server]) }
      let rule = "ct state new ip daddr 169.254.0.0/16 ip daddr != 169.254.20.10 counter name refused drop\n"
      #expect(!ruleset.text.contains(rule) && other.text.contains(rule))
      #expect(other.changes(from: ruleset) == other.text)
    }
  }

  @Test func noIPv6GoesThroughATunnel() {
    #expect(
      Self.ruleset().ipv6Text == """
        table ip6 cloudlinker {}
        delete table ip6 cloudlinker
        table ip6 cloudlinker {
          chain input {
            type filter hook input priority filter; policy accept;
            iifname "tun0" drop
          }
          chain forward {
            type filter hook forward priority filter; policy drop;
          }
          chain output {
            type filter hook output priority filter; policy accept;
            oifname "tun0" drop
          }
        }

        """
    )
    let kernel = Self.ruleset { $0.path = .kernelPolicies(virtualAddress: nil) }.ipv6Text
    #expect(kernel.contains("meta secpath exists drop\n") && !kernel.contains("tun0"))
  }

  @Test func kernelESPNeverMasqueradesForTheTunnel() {
    let address = IPv4Address(bits: 0x0A0A_0A01)
    let text = Self.ruleset { $0.path = .kernelPolicies(virtualAddress: address) }.text
    #expect(text.contains("ip daddr @remote ct status dnat snat to 10.10.10.1\n"))
    #expect(text.contains("ip daddr @remote rt ipsec missing counter name killswitch_postrouting drop"))
    #expect(!text.contains("oifname \"tun0\"") && text.contains("meta secpath exists return"))
    let waiting = Self.ruleset { $0.path = .kernelPolicies(virtualAddress: nil) }
    #expect(!waiting.text.contains("snat"))
    #expect(
      Self.ruleset { $0.path = .kernelPolicies(virtualAddress: address) }.changes(from: waiting) == """
        flush chain ip cloudlinker translate
        add rule ip cloudlinker translate ip daddr @remote ct status dnat snat to 10.10.10.1

        """
    )
  }

  @Test func changesTouchOnlyWhatDiffers() {
    let old = Self.ruleset { Self.add(&$0, .udp, 53, "192.168.100.53:53") }
    #expect(old.changes(from: old) == nil)
    let new = Self.ruleset { ruleset in
      Self.add(&ruleset, .tcp, 33000, "192.168.100.31:8080")
      Self.add(&ruleset, .tcp, 33001, "192.168.100.30:22")
    }
    #expect(
      new.changes(from: old) == """
        add element ip cloudlinker tcp_ports { 33001 }
        delete element ip cloudlinker udp_ports { 53 }
        delete element ip cloudlinker tcp_fwd { 33000 }
        add element ip cloudlinker tcp_fwd { 33000 : 192.168.100.31 . 8080, 33001 : 192.168.100.30 . 22 }
        delete element ip cloudlinker udp_fwd { 53 }

        """
    )
    #expect(new.cutPorts(from: old).map(\.description) == ["TCP 33000", "UDP 53"])
    #expect(
      new.cutPorts(from: old).map(NftablesRuleset.cut) == [
        ["-D", "-g", "-p", "tcp", "--orig-port-dst", "33000"], ["-D", "-g", "-p", "udp", "--orig-port-dst", "53"],
      ]
    )
    #expect(new.delayedCutPorts(from: old).isEmpty)
  }

  @Test func anotherSegmentSizeReplacesOneRule() {
    #expect(
      Self.ruleset { $0.maximumSegmentSize = 1358 }.changes(from: Self.ruleset()) == """
        flush chain ip cloudlinker clamp
        add rule ip cloudlinker clamp ct status dnat tcp flags syn tcp option maxseg size set 1358

        """
    )
  }

  @Test func aRemovedTCPPortIsForgottenLater() {
    let old = Self.ruleset()
    let new = Self.ruleset { ruleset in
      ruleset.ports = [:]
      ruleset.targets = [:]
    }
    #expect(new.cutPorts(from: old).isEmpty)
    #expect(new.delayedCutPorts(from: old).map(\.description) == ["TCP 33000"])
  }

  @Test func aNameThatMovedKeepsItsConnections() {
    let old = Self.ruleset()
    let new = Self.ruleset { $0.targets[ForwardPort(transport: .tcp, port: 33000)] = ForwardTarget("192.168.100.99:1") }
    #expect(new.changes(from: old)?.contains("192.168.100.99") == true)
    #expect(new.cutPorts(from: old).isEmpty && new.delayedCutPorts(from: old).isEmpty)
  }

  @Test func handsOverInOneTransaction() {
    let old = Self.ruleset { $0.siblings = [Self.sibling] }
    let new = Self.ruleset { ruleset in
      ruleset.siblings = [Self.sibling]
      ruleset.handOver = Self.sibling
    }
    #expect(
      new.changes(from: old) == """
        flush chain ip cloudlinker serve
        add rule ip cloudlinker serve ip saddr != @siblings tcp dport @tcp_ports dnat ip to 10.244.1.5
        add rule ip cloudlinker serve ip saddr != @siblings udp dport @udp_ports dnat ip to 10.244.1.5
        add rule ip cloudlinker serve dnat ip to tcp dport map @tcp_fwd
        add rule ip cloudlinker serve dnat ip to udp dport map @udp_fwd

        """
    )
    #expect(
      new.conntrackCommands(from: old) == [
        ["-D", "-g", "-p", "tcp", "--state", "SYN_SENT"], ["-D", "-g", "-p", "udp"],
      ]
    )
    // On the way back UDP flows stay with the sibling, which serves them.
    #expect(old.conntrackCommands(from: new) == [["-D", "-g", "-p", "tcp", "--state", "SYN_SENT"]])
  }

  @Test func otherNetworksReplaceTheTable() {
    let old = Self.ruleset()
    let new = Self.ruleset { $0.remoteNetworks = ["10.1.0.0/16"].compactMap { IPv4Network($0) } }
    #expect(new.changes(from: old) == new.text)
  }

  /// Connections are counted from the moment that the log is on, and nothing else changes.
  @Test func countingBytesIsOneRule() {
    let counting = Self.ruleset { $0.countsBytes = true }
    #expect(counting.text.contains("  chain count {\n    ct original bytes 0\n  }\n"))
    let on = "flush chain ip cloudlinker count\nadd rule ip cloudlinker count ct original bytes 0\n"
    #expect(counting.changes(from: Self.ruleset()) == on)
    #expect(Self.ruleset().changes(from: counting) == "flush chain ip cloudlinker count\n")
  }
}
