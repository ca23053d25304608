internal import Foundations
internal import GoogleCloud

/// Firewall rules of others that undo "nothing passes but what the spec allows".
///
/// They are never deleted: GKE and its load balancers make their own. An opening is an enabled rule that allows, is
/// stronger than our deny-all (at equal priority Compute Engine lets the denial win), applies to what is ours, and
///
///     INGRESS   lets in from elsewhere than private ranges, Google's health checkers and IAP, and what spec.ingress
///               allows with that protocol and these ports
///     EGRESS    lets out to elsewhere than the Backbone itself, Google's APIs and what spec.egress allows likewise
///
/// Rules by tags or service accounts of the source alone let in machines of the network only. In an adopted network a
/// rule for certain machines (target tags, target service accounts) or for other ranges is taken to be for the machines
/// of others. IPv6 ranges do not matter: no subnetwork of ours has IPv6. Firewall policies, of the organisation or the
/// network, are not looked at.
struct GoogleCloudOpenings {
  /// RFC 1918 and RFC 6598.
  private static let privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]
  /// Health checkers (https://cloud.google.com/load-balancing/docs/health-check-concepts, "Probe IP ranges"), and IAP
  /// for TCP forwarding (https://cloud.google.com/iap/docs/using-tcp-forwarding).
  private static let googles = [
    "35.191.0.0/16", "130.211.0.0/22", "209.85.152.0/22", "209.85.204.0/22", "35.235.240.0/20",
  ]
  private static let harmless = (privateRanges + googles).compactMap { IPv4Network($0) }

  private static let googleAPIs = GoogleCloudFirewalls.googleAPIs.compactMap { IPv4Network($0) }

  private let desired: DesiredNetwork
  private let scope: [IPv4Network]
  /// From which anything may come.
  private let sources: [IPv4Network]
  /// To which anything may go.
  private let destinations: [IPv4Network]

  /// - Parameters:
  ///   - inside: primary and secondary ranges of the Backbone.
  ///   - scope: of what our rules are confined to; empty: the whole network.
  init(desired: DesiredNetwork, inside: [IPv4Network], scope: [IPv4Network]) {
    self.desired = desired
    self.scope = scope
    sources = IPv4Network.collapsed(inside + Self.harmless)
    destinations = IPv4Network.collapsed(inside)
  }

  /// What is open by that rule, in words; nil: nothing that matters.
  func opening(_ firewall: Firewall) -> String? {
    let rule = firewall.normalised
    guard let allowed = rule.allowed, rule.disabled != true, (rule.priority ?? 0) < GoogleCloudFirewalls.denyPriority,
      isForOurs(rule)
    else { return nil }
    let isIngress = rule.direction == "INGRESS"
    let peers = ranges(isIngress ? origins(firewall) : rule.destinationRanges)
    let open = allowed.filter { traffic in peers.contains { !isAllowed($0, traffic, isIngress) } }
    let beyond = peers.filter { peer in open.contains { !isAllowed(peer, $0, isIngress) } }
    guard !beyond.isEmpty else { return nil }
    let traffic = open.map { ([$0.IPProtocol] + [$0.ports?.joined(separator: ",")].compactMap { $0 }) }
      .map { $0.joined(separator: " ") }.joined(separator: ", ")
    let shown = beyond.prefix(5).map(\.description).joined(separator: ", ")
    let more = beyond.count > 5 ? " and \(beyond.count - 5) more" : ""
    return "lets \(traffic) \(isIngress ? "in from" : "out to") \(shown)\(more)"
  }

  private func origins(_ firewall: Firewall) -> [String]? {
    let byName = (firewall.sourceTags ?? []) + (firewall.sourceServiceAccounts ?? [])
    return firewall.sourceRanges?.isEmpty == false || byName.isEmpty ? firewall.normalised.sourceRanges : []
  }

  private func ranges(_ texts: [String]?) -> [IPv4Network] { (texts ?? ["0.0.0.0/0"]).compactMap { IPv4Network($0) } }

  private func isForOurs(_ rule: Firewall) -> Bool {
    guard !scope.isEmpty else { return true }
    guard rule.targetTags == nil, rule.targetServiceAccounts == nil else { return false }
    guard let own = rule.direction == "INGRESS" ? rule.destinationRanges : rule.sourceRanges else { return true }
    return ranges(own).contains { range in scope.contains { $0.overlaps(range) } }
  }

  private func isAllowed(_ peer: IPv4Network, _ traffic: Firewall.Traffic, _ isIngress: Bool) -> Bool {
    if (isIngress ? sources : destinations).contains(where: { $0.contains(peer) }) { return true }
    let isGooglesAPI = Self.googleAPIs.contains { $0.contains(peer) }
    if !isIngress, isGooglesAPI, traffic.IPProtocol == "tcp", traffic.ports == ["443"] { return true }
    return (isIngress ? desired.ingressRules : desired.egressRules).contains { rule in
      rule.cidr.contains(peer) && rule.covers(traffic)
    }
  }
}

extension DesiredNetwork.Rule {
  /// Whether it lets pass all of that traffic. Protocols have names and numbers (IANA): tcp is 6.
  fileprivate func covers(_ traffic: Firewall.Traffic) -> Bool {
    let numbers: [Transport: String] = [.tcp: "6", .udp: "17", .icmp: "1"]
    guard transport != .all else { return true }
    guard [transport.rawValue.lowercased(), numbers[transport]].contains(traffic.IPProtocol.lowercased()) else {
      return false
    }
    guard !ports.isEmpty else { return true }
    guard let wanted = traffic.ports, !wanted.isEmpty else { return false }
    return wanted.allSatisfy { text in
      let ends = text.split(separator: "-").map { Int($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil else { return false }
      return ports.contains { $0.lowerBound <= first && last <= $0.upperBound }
    }
  }
}
