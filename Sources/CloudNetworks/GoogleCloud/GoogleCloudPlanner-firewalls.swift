internal import CloudResources
internal import Foundations
internal import GoogleCloud

extension GoogleCloudPlanner {
  mutating func planFirewalls(_ layout: GoogleCloudLayout) {
    guard let network = observed.network else { return }
    let isAdopted = desired.existingNetworkID != nil
    let wanted =
      isAdopted && layout.ours.isEmpty
      ? []
      : GoogleCloudFirewalls(
        desired: desired,
        names: names,
        network: link(.networks, network.name),
        inside: layout.inside,
        scope: isAdopted ? layout.ours : []
      ).all
    var roles: Set<String> = []
    for firewall in wanted {
      guard let role = GoogleCloudMark.role(in: firewall.description, of: desired.mark), roles.insert(role).inserted
      else { continue }
      plan(firewall, role)
    }
    for found in observed.firewalls {
      guard let role = GoogleCloudMark.role(in: found.description, of: desired.mark), !roles.contains(role),
        !role.hasPrefix(GoogleCloudMark.connectors)
      else { continue }
      act(role, .delete(.firewalls, name: found.name), "delete firewall \(found.name)", seen: found.id ?? "")
    }
    guard wanted.isEmpty else { return tellOpenings(layout, isAdopted: isAdopted) }
    plan.report.remarks[.firewall] =
      "The operator makes no firewall rules, because every subnet exists already: who owns them decides what passes"
    guard !desired.ingressRules.isEmpty || !desired.egressRules.isEmpty else { return }
    let words =
      "spec.ingress.allow and spec.egress.allow have no effect, because every subnet exists already and rules are "
    problem(.firewall, .invalidSpec, words + "made only for subnets that the operator creates: remove them")
  }

  private mutating func tellOpenings(_ layout: GoogleCloudLayout, isAdopted: Bool) {
    let openings = GoogleCloudOpenings(
      desired: desired,
      inside: layout.inside.compactMap { IPv4Network($0) },
      scope: isAdopted ? layout.ours.compactMap { IPv4Network($0) } : []
    )
    let here = observed.firewalls.filter { found in
      found.network.map(ComputeLink.name) == observed.network?.name
        && GoogleCloudMark.role(in: found.description, of: desired.mark) == nil
    }
    for found in here.sorted(by: { $0.name < $1.name }) {
      guard let opening = openings.opening(found) else { continue }
      let field = found.direction == "EGRESS" ? "spec.egress.allow" : "spec.ingress.allow"
      problem(
        .firewall,
        .foreignObject,
        "firewall rule \(found.name), which is not this Backbone's, \(opening), which the spec does not allow: delete it, "
          + "or allow the same in \(field)"
      )
      plan.lookAgain(after: .seconds(60))
    }
  }

  private mutating func plan(_ wanted: Firewall, _ role: String) {
    guard let found = observed.firewalls.first(where: { $0.name == wanted.name }) else {
      let repair = deletedOutside(role, "firewall \(wanted.name)")
      act(role, .createFirewall(wanted), "create firewall \(wanted.name)", repair: repair)
      return
    }
    guard isOurs(found.description, role) else { return foreign(.firewall, "firewall", found.name) }
    plan.report.ids[role] = found.id
    plan.report.firewallIDs.append(link(.firewalls, found.name))
    let fields = found.differences(from: wanted)
    guard !fields.isEmpty else { return }
    let words = fields.joined(separator: ", ")
    // Only the ranges of allow-inside rules follow the spec; any other difference is drift.
    let isSpecs =
      role.hasPrefix("firewall/allow-inside") && fields.allSatisfy { $0.hasSuffix("Ranges") }
      || fields.allSatisfy { ["logConfig", "description"].contains($0) }
    act(
      role,
      .updateFirewall(wanted),
      "restore \(words) of firewall \(found.name)",
      seen: "\(found.normalised)",
      repair: isSpecs ? nil : "\(words) of firewall \(found.name) had been changed"
    )
  }
}
