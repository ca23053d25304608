internal import Foundations
internal import GoogleCloud

/// Firewall rules of others that allow more than the spec.
///
/// They are never deleted, because GKE and its load balancers create their own. A rule is an opening if it is enabled,
/// allows traffic, overrides our deny-all (at equal priority Compute Engine lets the denial win), applies to our
/// subnetworks, and
///
///     INGRESS   allows traffic from outside private ranges, Google's health checkers and IAP, beyond what spec.ingress
///               allows for that protocol and these ports
///     EGRESS    allows traffic to outside the Backbone and Google's APIs, beyond what spec.egress allows
///
/// A rule by tags or service accounts of the source alone only allows machines of the network in. In an adopted
/// network, a rule for certain machines (target tags, target service accounts) or for other ranges is taken to concern
/// machines of others. IPv6 ranges are ignored, because no owned subnetwork has IPv6. Firewall policies of the
/// organisation or the network are not read.
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
  /// Ranges from which any traffic may come.
  private let sources: [IPv4Network]
  /// Ranges to which any traffic may go.
  private let destinations: [IPv4Network]

  /// - Parameters:
  ///   - inside: primary and secondary ranges of the Backbone.
  ///   - scope: the ranges that our rules apply to; empty: the whole network.
  init(desired: DesiredNetwork, inside: [IPv4Network], scope: [IPv4Network]) {
    self.desired = desired
    self.scope = scope
    sources = IPv4Network.collapsed(inside + Self.harmless)
    destinations = IPv4Network.collapsed(inside)
  }

  /// A description of what the rule opens; nil if it opens nothing that matters.
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
  /// Whether it allows all of that traffic. Protocols have names and numbers (IANA): tcp is 6.
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
