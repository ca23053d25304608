internal import Cloud
internal import CloudLinkerAPI
internal import GoogleCloud

extension GoogleCloudPlanner {
  static let backboneLabel = "cloudlinker-backbone"

  /// How many addresses the NAT is to have: Cloud NAT is regional, so one NAT with an address for each zone.
  private var addressCount: Int {
    switch desired.egress.addresses {
    case .none: 0
    case .shared: max(1, desired.egress.existingIDs.count)
    case .perZone: max(1, Set(desired.subnets.map(\.zone)).count, desired.egress.existingIDs.count)
    }
  }

  /// The numbers of the addresses that are ours: what the user's do not make up for.
  private var ownNumbers: [Int] {
    let (given, all) = (desired.egress.existingIDs.count, addressCount)
    return given < all && desired.egress.addresses != .none ? Array((given + 1)...all) : []
  }

  /// - Returns: links of the addresses, the user's first; nil while some are not there.
  mutating func planAddresses() -> [String]? {
    guard desired.egress.addresses != .none else { return [] }
    var links: [String] = []
    var isComplete = true
    for id in desired.egress.existingIDs {
      let name = ComputeLink.name(id)
      guard let found = observed.addresses.first(where: { $0.name == name || $0.address == id }) else {
        problem(.egress, .existingNotFound, "address \(id) is not in region \(desired.region): correct spec.egress")
        isComplete = false
        continue
      }
      links.append(use(found))
    }
    for number in ownNumbers {
      guard let found = planOwnAddress(number) else {
        isComplete = false
        continue
      }
      links.append(use(found))
    }
    return isComplete ? links : nil
  }

  private mutating func use(_ address: Address) -> String {
    if let value = address.address { plan.report.egressAddresses.append(value) }
    return link(.addresses, address.name)
  }

  private mutating func planOwnAddress(_ number: Int) -> Address? {
    let (role, name) = ("address/\(number)", names.address(number))
    guard let found = observed.addresses.first(where: { $0.name == name }) else {
      var wanted = Address(name: name, description: GoogleCloudMark.description(desired.mark, role: role))
      wanted.addressType = "EXTERNAL"
      let repair = deletedOutside(role, "address \(name)")
      act(role, .createAddress(wanted), "reserve address \(name)", repair: repair)
      return nil
    }
    guard isOurs(found.description, role) else {
      foreign(.egress, "address", name)
      return nil
    }
    plan.report.ids[role] = found.id
    guard found.status != "RESERVING", found.address != nil else {
      wait(role, "address \(name) is being reserved")
      return nil
    }
    return found
  }

  /// Last, because Compute Engine refuses to use what has an operation under way.
  mutating func planLabels() {
    guard !isMoving("router") else { return }
    for number in ownNumbers {
      let role = "address/\(number)"
      if let found = observed.addresses.first(where: { isOurs($0.description, role) }) { planLabels(of: found, role) }
    }
  }

  /// Labels that somebody added stay; ours and the user's are set right.
  private mutating func planLabels(of found: Address, _ role: String) {
    let current = found.labels ?? [:]
    let all = current.merging(wantedLabels) { _, wanted in wanted }
    guard all != current, let fingerprint = found.labelFingerprint else { return }
    let labels = all.sorted { $0.key < $1.key }.map { GoogleCloudAction.Label(key: $0.key, value: $0.value) }
    act(
      role,
      .setLabels(address: found.name, labels: labels, fingerprint: fingerprint),
      "set labels of address \(found.name)",
      seen: fingerprint
    )
  }

  /// Lower case, digits, `-` and `_`, at most 63 characters; keys begin with a letter.
  private var wantedLabels: [String: String] {
    func spelled(_ text: String) -> String {
      String(text.lowercased().prefix(63).map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "-" })
    }
    var labels: [String: String] = [:]
    for (key, value) in desired.tags.sorted(by: { $0.key < $1.key }) {
      let key = spelled(key)
      labels[key.first?.isLetter == true ? key : String("x-\(key)".prefix(63))] = spelled(value)
    }
    labels[Self.backboneLabel] = spelled(desired.mark.uid)
    return labels
  }

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

  mutating func removeStaleAddresses() {
    let wanted = Set(ownNumbers.map { "address/\($0)" })
    let used = (observed.router?.nats ?? []).flatMap { $0.natIps ?? [] }
    for found in observed.addresses {
      guard let role = GoogleCloudMark.role(in: found.description, of: desired.mark), !wanted.contains(role) else {
        continue
      }
      let (words, path) = ("release address \(found.name)", link(.addresses, found.name))
      guard !used.contains(where: { ComputeLink.same($0, path) }) else {
        later(role, words)
        continue
      }
      act(role, .delete(.addresses, name: found.name), words, seen: found.id ?? "")
    }
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
