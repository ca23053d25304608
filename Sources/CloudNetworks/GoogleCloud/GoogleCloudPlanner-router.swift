internal import CloudResources
internal import GoogleCloud

extension GoogleCloudPlanner {
  /// - Parameters:
  ///   - sources: links of subnetworks, addresses: links; nil: not all there yet.
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
    guard let sources, let addresses else {
      let words = "\(observed.router == nil ? "create" : "update") router \(names.router) with Cloud NAT"
      // Where it is there it goes on serving; where it is not, something it needs is not there yet.
      return observed.router == nil || !plan.actions.isEmpty ? later(role, words) : ()
    }
    let wanted = nat(sources: sources, addresses: addresses)
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

  /// Whether only what the spec may have changed differs: the subnetworks, the addresses, the logs.
  private func isChangeOfSpec(_ current: [Router.NAT]) -> Bool {
    guard current.count == 1, let nat = current.first else { return false }
    let known = desired.subnets.allSatisfy { $0.existingID != nil || desired.knownIDs["subnetwork/\($0.name)"] != nil }
    let isWhole = (nat.subnetworks ?? []).count >= desired.subnets.count && (nat.natIps ?? []).count >= addressCount
    return nat.name == names.nat && nat.natIpAllocateOption == "MANUAL_ONLY" && !(known && !isWhole)
  }

  private func nat(sources: [String], addresses: [String]) -> Router.NAT {
    var nat = Router.NAT(name: names.nat)
    nat.natIpAllocateOption = "MANUAL_ONLY"
    nat.natIps = addresses
    nat.sourceSubnetworkIpRangesToNat = "LIST_OF_SUBNETWORKS"
    nat.subnetworks = sources.map { Router.NAT.Source(name: $0, sourceIpRangesToNat: ["ALL_IP_RANGES"]) }
    nat.logConfig = Router.NAT.LogConfig(enable: desired.hasFlowLogs, filter: desired.hasFlowLogs ? "ERRORS_ONLY" : nil)
    return nat
  }
}

extension Router.NAT {
  /// What must not differ: sets in order, links without hosts, defaults left out.
  var normalised: Router.NAT {
    var copy = Router.NAT(name: name)
    copy.natIpAllocateOption = natIpAllocateOption
    copy.natIps = (natIps ?? []).map(ComputeLink.path).sorted()
    copy.sourceSubnetworkIpRangesToNat = sourceSubnetworkIpRangesToNat
    copy.subnetworks = (subnetworks ?? []).map { source in
      Source(name: ComputeLink.path(source.name), sourceIpRangesToNat: source.sourceIpRangesToNat?.sorted())
    }.sorted { $0.name < $1.name }
    copy.logConfig = LogConfig(enable: logConfig?.enable ?? false)
    return copy
  }
}
