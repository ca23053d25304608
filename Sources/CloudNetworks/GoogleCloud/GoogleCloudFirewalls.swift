internal import Digests
internal import Foundations
package import GoogleCloud

/// The firewall rules of a Backbone.
///
///     rule                      priority   traffic
///     allow-inside-ingress      1000       everything from the Backbone's own ranges
///     allow-inside-egress       1000       everything to them
///     allow-google-egress       1000       443/TCP to Google's APIs (Private Google Access)
///     ingress-…, egress-…       1000       as the spec says, one for each rule; the name holds a hash of the rule
///     deny-ingress, deny-egress 65534      everything else; overrides Google Cloud's implied rules (egress: allow)
///
/// Rules of others are left alone, because GKE adds its own for each cluster. `GoogleCloudOpenings` reports what they
/// open.
///
/// In an adopted network the rules apply only to the subnetworks that the operator created, so that everything else
/// there keeps its rules. If all subnetworks are adopted, there are no rules.
struct GoogleCloudFirewalls {
  static let allowPriority = 1000
  static let denyPriority = 65534
  private static let anywhere = "0.0.0.0/0"
  /// private.googleapis.com and restricted.googleapis.com
  /// (https://cloud.google.com/vpc/docs/configure-private-google-access#ip-addr-defaults).
  static let googleAPIs = ["199.36.153.4/30", "199.36.153.8/30"]

  let desired: DesiredNetwork
  let names: GoogleCloudNames
  let network: String
  /// Primary and secondary ranges of the Backbone.
  let inside: [String]
  /// The ranges that the rules apply to; empty: the whole network.
  let scope: [String]

  var all: [Firewall] {
    let everything = [Firewall.Traffic(IPProtocol: "all")]
    let https = [Firewall.Traffic(IPProtocol: "tcp", ports: ["443"])]
    return [
      rule("allow-inside-ingress", "INGRESS", inside, allowed: everything),
      rule("allow-inside-egress", "EGRESS", inside, allowed: everything),
      rule("allow-google-egress", "EGRESS", Self.googleAPIs, allowed: https),
    ] + desired.ingressRules.map { spec("INGRESS", $0) } + desired.egressRules.map { spec("EGRESS", $0) } + [
      rule("deny-ingress", "INGRESS", [Self.anywhere], denied: everything),
      rule("deny-egress", "EGRESS", [Self.anywhere], denied: everything),
    ]
  }

  private func spec(_ direction: String, _ rule: DesiredNetwork.Rule) -> Firewall {
    let ports = rule.ports.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
    let hasPorts = rule.transport == .tcp || rule.transport == .udp
    let traffic = Firewall.Traffic(
      IPProtocol: rule.transport.rawValue.lowercased(),
      ports: ports.isEmpty || !hasPorts ? nil : ports
    )
    let hash = SHA256.text("\(rule.cidr) \(traffic.IPProtocol) \(ports)").prefix(8)
    return self.rule(
      "\(direction.lowercased())-\(hash)",
      direction,
      [rule.cidr.description],
      allowed: [traffic],
      note: rule.description
    )
  }

  private func rule(
    _ name: String,
    _ direction: String,
    _ ranges: [String],
    allowed: [Firewall.Traffic]? = nil,
    denied: [Firewall.Traffic]? = nil,
    note: String? = nil
  ) -> Firewall {
    var firewall = Firewall(
      name: names.firewall(name),
      description: GoogleCloudMark.description(desired.mark, role: "firewall/\(name)", note: note)
    )
    firewall.network = network
    firewall.direction = direction
    firewall.priority = denied == nil ? Self.allowPriority : Self.denyPriority
    let here = scope.isEmpty ? nil : scope
    firewall.sourceRanges = direction == "INGRESS" ? ranges : here
    firewall.destinationRanges = direction == "EGRESS" ? ranges : here
    firewall.allowed = allowed
    firewall.denied = denied
    firewall.disabled = false
    firewall.logConfig = Firewall.LogConfig(enable: desired.hasFlowLogs && denied != nil)
    return firewall
  }
}

extension Firewall {
  /// The fields that must not differ, in one notation: no defaults, sets in order, links without hosts.
  var normalised: Firewall {
    var copy = Firewall(name: name)
    copy.network = network.map(ComputeLink.path)
    copy.direction = direction ?? "INGRESS"
    copy.priority = priority ?? 1000
    copy.disabled = disabled ?? false
    copy.logConfig = LogConfig(enable: logConfig?.enable ?? false)
    copy.sourceRanges = Self.normalised(
      sourceRanges,
      whereAbsent: copy.direction == "INGRESS" && (sourceTags ?? []).isEmpty
    )
    copy.destinationRanges = Self.normalised(destinationRanges, whereAbsent: copy.direction == "EGRESS")
    copy.allowed = Self.normalised(allowed)
    copy.denied = Self.normalised(denied)
    copy.sourceTags = sourceTags?.isEmpty == false ? sourceTags : nil
    copy.targetTags = targetTags?.isEmpty == false ? targetTags : nil
    copy.sourceServiceAccounts = sourceServiceAccounts?.isEmpty == false ? sourceServiceAccounts : nil
    copy.targetServiceAccounts = targetServiceAccounts?.isEmpty == false ? targetServiceAccounts?.sorted() : nil
    return copy
  }

  private static func normalised(_ ranges: [String]?, whereAbsent isAnywhere: Bool) -> [String]? {
    guard let ranges, !ranges.isEmpty else { return isAnywhere ? ["0.0.0.0/0"] : nil }
    return ranges.sorted()
  }

  private static func normalised(_ traffic: [Traffic]?) -> [Traffic]? {
    guard let traffic, !traffic.isEmpty else { return nil }
    return traffic.map { item in
      let ports = item.ports?.sorted() ?? []
      return Traffic(IPProtocol: item.IPProtocol.lowercased(), ports: ports.isEmpty ? nil : ports)
    }.sorted { ($0.IPProtocol, $0.ports ?? []).0 < ($1.IPProtocol, $1.ports ?? []).0 }
  }

  /// The names of the fields that differ, for people.
  package func differences(from wanted: Firewall) -> [String] {
    let (mine, other) = (normalised, wanted.normalised)
    var fields: [String] = []
    func note(_ field: String, _ isSame: Bool) { if !isSame { fields.append(field) } }
    note("network", mine.network == other.network)
    note("direction", mine.direction == other.direction)
    note("priority", mine.priority == other.priority)
    note("disabled", mine.disabled == other.disabled)
    note("sourceRanges", mine.sourceRanges == other.sourceRanges)
    note("destinationRanges", mine.destinationRanges == other.destinationRanges)
    note("allowed", mine.allowed == other.allowed)
    note("denied", mine.denied == other.denied)
    note("tags", mine.sourceTags == other.sourceTags && mine.targetTags == other.targetTags)
    note(
      "serviceAccounts",
      mine.sourceServiceAccounts == other.sourceServiceAccounts
        && mine.targetServiceAccounts == other.targetServiceAccounts
    )
    note("logConfig", mine.logConfig == other.logConfig)
    note("description", description == wanted.description)
    return fields
  }
}
