internal import Foundations

/// The rules of each chain.
extension NftablesRuleset {
  var serveRules: [String] {
    let own = ["dnat ip to tcp dport map @tcp_fwd", "dnat ip to udp dport map @udp_fwd"]
    guard let handOver else { return own }
    // A sibling that hands over to us must not get its connections back.
    return [
      "ip saddr != @siblings tcp dport @tcp_ports dnat ip to \(handOver)",
      "ip saddr != @siblings udp dport @udp_ports dnat ip to \(handOver)",
    ]
      + own
  }

  var translateRules: [String] {
    switch path {
    case .device(let name):
      ["oifname \"\(name)\" ct status dnat " + (sourceAddress.map { "snat to \($0)" } ?? "masquerade")]
    case .kernelPolicies(let address?): ["ip daddr @remote ct status dnat snat to \(address)"]
    case .kernelPolicies(nil): []
    }
  }

  /// Applies in both directions. nftables lowers an MSS and never raises it.
  var clampRules: [String] {
    ["ct status dnat tcp flags syn tcp option maxseg size set \(maximumSegmentSize)"]
  }

  /// No packet reaches this rule: it makes the kernel count the bytes of connections (nft_ct.c, nft_ct_get_init). The
  /// setting net.netfilter.nf_conntrack_acct does the same but is read-only in a pod.
  var countRules: [String] { countsBytes ? ["ct original bytes 0"] : [] }

  var fromTunnel: String {
    switch path {
    case .device(let name): "iifname \"\(name)\""
    case .kernelPolicies: "meta secpath exists"
    }
  }

  var preroutingRules: [String] {
    ["\(fromTunnel) return", "fib daddr type local jump serve"]
  }

  var postroutingRules: [String] {
    ["jump translate", "ip daddr @siblings ct status dnat masquerade"]
  }

  var inputRules: [String] {
    ["\(fromTunnel) ct state != { established, related } counter name refused drop"]
  }

  var forwardRules: [String] {
    let cut =
      "ct direction original ct status dnat meta l4proto tcp ct original proto-dst != @tcp_ports reject with tcp reset"
    let clamp = "jump clamp"
    let siblings = [
      "ip daddr @siblings ct status dnat accept",
      "ct state established,related ip saddr @siblings ct status dnat accept",
    ]
    switch path {
    case .device(let name):
      return [
        "oifname != \"\(name)\" ip daddr @remote counter name killswitch_forward drop",
        "iifname != \"\(name)\" ip saddr @remote counter name refused drop", cut, clamp,
        "oifname \"\(name)\" ip daddr @remote ct status dnat accept",
        "iifname \"\(name)\" ct state established,related ct status dnat accept",
      ] + siblings + ["counter name refused"]
    case .kernelPolicies:
      return [
        cut, clamp, "ip daddr @remote ct status dnat accept",
        "meta secpath exists ct state established,related ct status dnat accept",
      ] + siblings + ["counter name refused"]
    }
  }

  var outputRules: [String] {
    let others = linkLocalServers.sorted().map { "ip daddr != \($0) " }.joined()
    let linkLocal = "ct state new ip daddr \(SpecialAddresses.linkLocal) \(others)counter name refused drop"
    switch path {
    case .device(let name):
      return [
        linkLocal,
        "oifname != { \"\(name)\", \"lo\" } ip daddr @remote counter name killswitch_output drop",
        "oifname \"\(name)\" ip daddr != @remote counter name refused drop",
      ]
    case .kernelPolicies: return [linkLocal]
    }
  }

  var guardRules: [String] {
    switch path {
    case .device(let name):
      ["oifname != { \"\(name)\", \"lo\" } ip daddr @remote counter name killswitch_postrouting drop"]
    case .kernelPolicies:
      ["oifname != \"lo\" ip daddr @remote rt ipsec missing counter name killswitch_postrouting drop"]
    }
  }
}
