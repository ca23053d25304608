internal import Cloud
internal import CloudResources
internal import GoogleCloud

extension GoogleCloudPlanner {
  /// The number of addresses for the NAT: Cloud NAT is regional, so there is one NAT with an address for each zone.
  var addressCount: Int {
    switch desired.egress.addresses {
    case .none: 0
    case .shared: max(1, desired.egress.existingIDs.count)
    case .perZone: max(1, Set(desired.subnets.map(\.zone)).count, desired.egress.existingIDs.count)
    }
  }

  /// The numbers of owned addresses: those that user-supplied addresses do not replace.
  private var ownNumbers: [Int] {
    let (given, all) = (desired.egress.existingIDs.count, addressCount)
    return given < all && desired.egress.addresses != .none ? Array((given + 1)...all) : []
  }

  /// - Returns: links of the addresses, user-supplied ones first; nil while some do not exist.
  mutating func planAddresses() -> [String]? {
    guard desired.egress.addresses != .none else { return [] }
    var links: [String] = []
    var isComplete = true
    for id in desired.egress.existingIDs {
      if let contradiction = contradiction(id, .addresses) {
        problem(.egress, .invalidSpec, "address \(id) \(contradiction): correct spec.egress.existingAddressIDs")
        isComplete = false
        continue
      }
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

  /// Last, because Compute Engine refuses to use an object that has an operation under way.
  mutating func planLabels() {
    guard !isMoving("router") else { return }
    for number in ownNumbers {
      let role = "address/\(number)"
      if let found = observed.addresses.first(where: { isOurs($0.description, role) }) { planLabels(of: found, role) }
    }
  }

  /// Labels of others stay. Ours and the spec's are corrected, and those that the spec no longer has are removed.
  private mutating func planLabels(of found: Address, _ role: String) {
    let current = found.labels ?? [:]
    let all = GoogleCloudLabels(desired).labels(instead: current)
    guard all != current else { return }
    set(all, on: found, role, "set labels of address \(found.name)", isCosmetic: true)
  }

  mutating func set(
    _ all: [String: String],
    on found: Address,
    _ role: String,
    _ words: String,
    isCosmetic: Bool = false
  ) {
    guard let fingerprint = found.labelFingerprint else { return }
    let labels = all.sorted { $0.key < $1.key }.map { GoogleCloudAction.Label(key: $0.key, value: $0.value) }
    act(
      role,
      .setLabels(address: found.name, labels: labels, fingerprint: fingerprint),
      words,
      seen: fingerprint,
      isCosmetic: isCosmetic
    )
  }

  /// Owned addresses that the spec no longer needs.
  var staleAddresses: [(role: String, found: Address)] {
    let wanted = Set(ownNumbers.map { "address/\($0)" })
    return observed.addresses.compactMap { found in
      guard let role = GoogleCloudMark.role(in: found.description, of: desired.mark), !wanted.contains(role) else {
        return nil
      }
      return (role, found)
    }
  }

  mutating func removeStaleAddresses() {
    let used = (observed.router?.nats ?? []).flatMap { $0.natIps ?? [] }
    for (role, found) in staleAddresses {
      let (words, path) = ("release address \(found.name)", link(.addresses, found.name))
      guard !used.contains(where: { ComputeLink.same($0, path) }) else {
        later(role, words)
        continue
      }
      act(role, .delete(.addresses, name: found.name), words, seen: found.id ?? "")
    }
  }
}
