internal import CloudResources
internal import FoundationEssentials
internal import Foundations
internal import GoogleCloud

/// What controllers inside a cluster have made for workloads: load balancers and disks.
///
/// None of it names its cluster. Firewall rules name the tag of the cluster's nodes, which begins with the cluster's name. The
/// names of some contain an id by which the controllers mark everything else:
///
///     k8s-fw-l7--cfbf78698b1f5e4c                       for ingresses
///     k8s-cfbf78698b1f5e4c-node-http-hc                 for health checks
///     k8s2-0m1x2c3v-shop-web-1a2b3c4d                   for Services of layer 4
///     k8s1-cfbf7869-shop-web-80-1a2b3c4d                a network endpoint group
///     k8s2-fr-0m1x2c3v-shop-web-1a2b3c4d                a forwarding rule
///
/// (https://github.com/kubernetes/ingress-gce, folder pkg/utils/namer.) The ids are remembered, because a firewall rule may be
/// deleted before the rest.
struct GoogleCloudWorkloads {
  /// In `Ledger.settled`.
  private static let key = "workload-ids"
  private static let idLength = 8

  /// Of the cluster's network, for its nodes.
  let firewalls: [Firewall]
  private let ids: Set<String>
  private let cluster: String

  init(_ desired: DesiredCluster, _ seen: GoogleCloudClusterState) {
    cluster = desired.googleCloudName
    let start = "gke-\(cluster)-"
    firewalls = seen.firewalls.filter { firewall in
      firewall.name.hasPrefix(start) || (firewall.targetTags ?? []).contains { $0.hasPrefix(start) }
    }
    let known = (desired.ledger.settled[Self.key] ?? "").split(separator: " ").map(String.init)
    ids = Set(known + firewalls.compactMap(Self.id))
  }

  func remember(in ledger: inout Ledger) {
    // A cluster has two; more would be a naming scheme that nobody knew.
    ledger.settled[Self.key] = ids.isEmpty ? nil : ids.sorted().prefix(4).joined(separator: " ")
  }

  private static func id(_ firewall: Firewall) -> String? {
    let parts = firewall.name.split(separator: "-")
    let part: Substring? =
      switch parts.first {
      case "k8s" where firewall.name.hasPrefix("k8s-fw-l7-"): parts.last
      case "k8s" where firewall.name.contains("-node-") || firewall.name.hasSuffix("-node"): parts.dropFirst().first
      case "k8s2": parts.dropFirst().first
      default: nil
      }
    return part.flatMap { $0.count >= idLength ? String($0.prefix(idLength)) : nil }
  }

  /// Whether a name contains one of the ids.
  private func owns(_ name: String) -> Bool {
    name.hasPrefix("k8s") && name.split(separator: "-").contains { ids.contains(String($0.prefix(Self.idLength))) }
  }

  private func owns(_ rule: ForwardingRule) -> Bool {
    if rule.labels?["goog-k8s-cluster-name"] == cluster || owns(rule.name) { return true }
    return firewalls.contains { firewall in
      firewall.name == rule.name || firewall.name == "k8s-fw-\(rule.name)" || Self.opens(firewall, rule.IPAddress)
    }
  }

  private static func opens(_ firewall: Firewall, _ address: String?) -> Bool {
    guard let address, firewall.disabled != true else { return false }
    return Purpose(firewall.description)?.address == address
      || (firewall.destinationRanges ?? []).contains { $0 == address || $0 == "\(address)/32" }
  }

  // MARK: What can be reached from the internet

  /// What controllers say in descriptions, as JSON.
  private struct Purpose: Decodable {
    enum CodingKeys: String, CodingKey {
      case service = "kubernetes.io/service-name"
      case layer4 = "networking.gke.io/service-name"
      case ingress = "kubernetes.io/ingress-name"
      case address = "kubernetes.io/service-ip"
    }
    var service: String?
    var layer4: String?
    var ingress: String?
    var address: String?

    init?(_ description: String?) {
      guard let found = try? JSONDecoder().decode(Self.self, from: Data((description ?? "").utf8)) else { return nil }
      self = found
    }

    var name: String? { (service ?? layer4).map { "Service \($0)" } ?? ingress.map { "Ingress \($0)" } }
  }

  func exposures(_ rules: [ForwardingRule]) -> [String] {
    rules.filter { $0.loadBalancingScheme?.hasPrefix("INTERNAL") != true && owns($0) }.map { rule in
      let opening = firewalls.filter { Self.opens($0, rule.IPAddress) }
      // Not the one for health checks.
      let firewall = opening.first { Purpose($0.description)?.name != nil } ?? opening.first
      let who = Purpose(rule.description)?.name ?? Purpose(firewall?.description)?.name
      let sources = (firewall?.sourceRanges ?? []).prefix(3).joined(separator: ", ")
      return "\(who ?? "the cluster") has a public load balancer at \(rule.IPAddress ?? "an unknown address")"
        + (sources.isEmpty ? "" : ", open to \(sources)") + " (forwarding rule \(rule.name))"
    }.sorted()
  }

  // MARK: What a deletion leaves

  /// A sentence for each kind of object.
  func leftovers(_ seen: GoogleCloudClusterState) -> [String] {
    [
      ("disk", seen.disks.map(\.name)),
      ("forwarding rule", seen.forwardingRules.filter(owns).map(\.name)),
      ("firewall rule", firewalls.map(\.name)),
      ("network endpoint group", seen.endpointGroups.map(\.name).filter(owns)),
    ].compactMap { kind, names in
      guard !names.isEmpty else { return nil }
      let shown = Set(names).sorted()
      let rest = shown.count > 20 ? " and \(shown.count - 20) more" : ""
      return "workloads of the cluster left \(kind)\(shown.count == 1 ? "" : "s") "
        + "\(shown.prefix(20).joined(separator: ", "))\(rest) behind, which the operator never deletes"
    }
  }
}
