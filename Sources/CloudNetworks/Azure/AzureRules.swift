package import Azure
internal import Foundations

/// The rules of a subnet's security group: inside traffic, the rules of the spec, then deny all.
///
///     priority  inbound                               outbound
///     100       between inside ranges                 the same
///     110       Azure's health probes                 –
///     200…      ingress rules, in order               egress rules, in order
///     4096      deny all                              deny all
///
/// Inside ranges are the Backbone's range and the ranges of pods: with an overlay, machines and pods of AKS talk to
/// each other with addresses of both.
///
/// Azure's own rules from 65000 on allow traffic from all peered networks and all traffic out. They are never reached.
/// Health probes come only from 168.63.129.16, the host of the machine; without them no load balancer works.
package enum AzureRules {
  static let first = 200
  /// 4096 is the highest priority number.
  static let last = 4096

  static func rules(_ desired: DesiredNetwork) -> [SecurityRule] {
    let inside = inside(desired)
    var rules = [
      SecurityRule("inside-in", 100, .inbound, .allow, from: inside, to: inside),
      SecurityRule("health-probes", 110, .inbound, .allow, from: ["AzureLoadBalancer"]),
      SecurityRule("inside-out", 100, .outbound, .allow, from: inside, to: inside),
    ]
    for (index, rule) in desired.ingressRules.enumerated() {
      rules.append(allow("ingress-\(index + 1)", index, .inbound, rule, from: [prefix(rule.cidr)], to: inside))
    }
    for (index, rule) in desired.egressRules.enumerated() {
      rules.append(allow("egress-\(index + 1)", index, .outbound, rule, from: inside, to: [prefix(rule.cidr)]))
    }
    rules.append(SecurityRule("deny-in", last, .inbound, .deny))
    rules.append(SecurityRule("deny-out", last, .outbound, .deny))
    return rules
  }

  private static func inside(_ desired: DesiredNetwork) -> Set<String> {
    Set(IPv4Network.collapsed([desired.cidr] + desired.podRanges).map(\.description))
  }

  private static func allow(
    _ name: String,
    _ index: Int,
    _ direction: SecurityRule.Direction,
    _ rule: DesiredNetwork.Rule,
    from sources: Set<String>,
    to destinations: Set<String>
  ) -> SecurityRule {
    let transport =
      switch rule.transport {
      case .tcp: "Tcp"
      case .udp: "Udp"
      case .icmp: "Icmp"
      case .all: "*"
      }
    let ports = rule.ports.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
    let hasPorts = rule.transport != .icmp && !ports.isEmpty
    return SecurityRule(
      name,
      first + index,
      direction,
      .allow,
      transport: transport,
      from: sources,
      to: destinations,
      ports: hasPorts ? Set(ports) : ["*"],
      description: rule.description
    )
  }

  /// `*` is Azure's word for any address.
  private static func prefix(_ cidr: IPv4Network) -> String { cidr.prefixLength == 0 ? "*" : cidr.description }

  /// Converts rules that older versions of the operator wrote, without ranges of pods and descriptions, to today's
  /// form. Any remaining difference is someone else's change.
  static func modernised(_ seen: [SecurityRule], _ desired: DesiredNetwork) -> [SecurityRule] {
    let (before, inside) = (Set([desired.cidr.description]), inside(desired))
    let wanted = Dictionary(rules(desired).map { ($0.name.lowercased(), $0) }) { first, _ in first }
    return seen.map { rule in
      var rule = rule
      if wanted[rule.name.lowercased()]?.sources == inside, rule.sources == before { rule.sources = inside }
      if wanted[rule.name.lowercased()]?.destinations == inside, rule.destinations == before {
        rule.destinations = inside
      }
      rule.description = rule.description ?? wanted[rule.name.lowercased()]?.description
      return rule
    }
  }

  /// Describes the differences for people; empty if there are none.
  package static func difference(_ seen: [SecurityRule], _ wanted: [SecurityRule]) -> [String] {
    let seenByName = Dictionary(seen.map { ($0.name.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
    let names = Set(wanted.map { $0.name.lowercased() })
    return wanted.compactMap { rule in
      guard let other = seenByName[rule.name.lowercased()] else { return "rule \(rule.name) was missing" }
      return other == rule ? nil : "rule \(rule.name) was changed"
    } + seen.filter { !names.contains($0.name.lowercased()) }.map { "rule \($0.name) was added" }
  }
}
