internal import CloudResources
internal import GoogleCloud

extension GoogleCloudPlanner {
  /// - Parameters:
  ///   - sources: links of subnetworks; nil while some do not exist.
  ///   - addresses: links of addresses; nil while some do not exist.
  mutating func planRouter(sources: [String]?, addresses: [String]?) {
    let role = "router"
    if let found = observed.router, !isOurs(found.description, role) {
      return desired.egress.addresses == .none ? () : foreign(.egress, "router", found.name)
    }
    if let found = observed.router { plan.report.ids[role] = found.id }
    guard desired.egress.addresses != .none else {
      if let found = observed.router {
        act(role, .delete(.routers, name: found.name), "delete router \(found.name)", seen: found.id ?? "")
      }
      return
    }
    if sources == [] { return planRouterWithoutSubnetworks() }
    guard let sources, let addresses else {
      let words = "\(observed.router == nil ? "create" : "update") router \(names.router) with Cloud NAT"
      // An existing router goes on serving. A missing one waits for something that does not exist yet.
      return observed.router == nil || !plan.actions.isEmpty ? later(role, words) : ()
    }
    let nat = GoogleCloudNAT(
      name: names.nat,
      sources: sources,
      addresses: addresses,
      hasLogs: desired.hasFlowLogs,
      portsPerMachine: desired.egress.portsPerMachine
    )
    let known = observed.router?.nats?.first { $0.name == names.nat }
    let wanted = nat.wanted(insteadOf: known)
    guard let found = observed.router else {
      var router = Router(
        name: names.router,
        description: GoogleCloudMark.description(desired.mark, role: role)
      )
      router.network = observed.network.map { link(.networks, $0.name) }
      router.nats = [wanted]
      let repair = deletedOutside(role, "router \(router.name)")
      return act(role, .createRouter(router), "create router \(router.name) with Cloud NAT", repair: repair)
    }
    if desired.egress.portsPerMachine != nil, nat.excludesDynamicPorts(known) {
      let words =
        "Cloud NAT of router \(found.name) has endpoint-independent mapping, which excludes spec.egress.portsPerMachine"
      problem(.egress, .invalidSpec, words + ": turn it off, or leave portsPerMachine out")
    }
    let current = (found.nats ?? []).map(\.normalised)
    guard current != [wanted.normalised] else { return }
    guard !isMoving("subnetwork/"), !isMoving("address/") else {
      return later(role, "restore Cloud NAT of router \(found.name)")
    }
    var patch = Router(name: found.name)
    patch.nats = [wanted]
    act(
      role,
      .patchRouter(patch),
      "restore Cloud NAT of router \(found.name)",
      seen: "\(current)",
      repair: isChangeOfSpec(current) ? nil : "Cloud NAT of router \(found.name) had been changed"
    )
  }

  /// Compute Engine accepts no NAT without subnetworks. This happens while the only one is replaced and nothing runs in
  /// it.
  private mutating func planRouterWithoutSubnetworks() {
    later("router", "create router \(names.router) with Cloud NAT")
    guard let found = observed.router else { return }
    act("router", .delete(.routers, name: found.name), "delete router \(found.name)", seen: found.id ?? "")
  }

  /// Whether the only differences may come from the spec: the subnetworks, the addresses, the logs.
  private func isChangeOfSpec(_ current: [Router.NAT]) -> Bool {
    guard current.count == 1, let nat = current.first else { return false }
    let known = desired.subnets.allSatisfy { $0.existingID != nil || desired.knownIDs["subnetwork/\($0.name)"] != nil }
    let isWhole = (nat.subnetworks ?? []).count >= desired.subnets.count && (nat.natIps ?? []).count >= addressCount
    return nat.name == names.nat && nat.natIpAllocateOption == "MANUAL_ONLY" && !(known && !isWhole)
  }
}
