internal import CloudResources
internal import GoogleCloud

/// Private zones of Cloud DNS.
///
///     observed                                        plan
///     Cloud DNS does not show the zones               a problem, and no change
///     another zone of the domain serves the network   a problem, and no change
///     absent                                          create it with its records
///     has our name without our mark                   a problem, and no change to it
///     owned, not visible in the network               make it visible there
///     owned, records differ                           correct them; records of other names stay
///     owned, no longer wanted                         delete its records, then the zone
extension GoogleCloudPlanner {
  private var ours: [(role: String, found: ManagedZone)] {
    (observed.zones ?? []).compactMap { found in
      GoogleCloudMark.role(in: found.description, of: desired.mark).map { ($0, found) }
    }
  }

  /// Notes in the ledger that zones may exist. A zone is created only after an earlier pass noted this. Otherwise a
  /// crash right after the creation, followed by a spec without zones, would leave the zone behind.
  mutating func rememberZones() {
    let isHidden = observed.zonesRefusal != nil && !known.isEmpty
    guard !desired.privateServices.isEmpty || !ours.isEmpty || isHidden else { return }
    plan.report.ledger.settled[GoogleCloudPrivateZone.ledgerKey] = "looked for"
  }

  mutating func planZones() {
    guard observed.zonesRefusal == nil else {
      return desired.privateServices.isEmpty && known.isEmpty ? () : tellRefusal()
    }
    let wanted = desired.privateServices.map { GoogleCloudPrivateZone(domain: $0) }
    for zone in wanted { plan(zone) }
    for (role, found) in ours where !wanted.contains(where: { $0.role == role }) { remove(found, role) }
  }

  private mutating func plan(_ zone: GoogleCloudPrivateZone) {
    guard let network = observed.network else { return }
    let (name, path) = (names.zone(zone.domain), link(.networks, network.name))
    if let other = observed.zones?.first(where: { $0.name != name && $0.dnsName == zone.dnsName && $0.isVisible(path) })
    {
      let words =
        "zone \(other.name) in project \(observed.project) answers for \(zone.domain) in this network already: "
      return problem(.network, .foreignObject, words + "delete it, or take \(zone.domain) out of spec.privateServices")
    }
    guard let found = observed.zones?.first(where: { $0.name == name }) else { return create(zone, name, path) }
    guard isOurs(found.description, zone.role) else { return foreign(.network, "zone", name) }
    plan.report.ids[zone.role] = found.id
    if !found.isVisible(path) {
      var patch = ManagedZone(name: name)
      let others = found.privateVisibilityConfig?.networks ?? []
      patch.privateVisibilityConfig = .init(networks: others + [.init(networkUrl: Self.url(path))])
      let repair = "zone \(name) had been taken from network \(network.name)"
      act(zone.role, .zone(.patch(patch)), "show zone \(name) to network \(network.name)", repair: repair)
    }
    let (adding, removing) = zone.change(of: observed.records[name] ?? [])
    guard !adding.isEmpty else { return }
    act(
      zone.role,
      .zone(.setRecords(zone: name, adding: adding, removing: removing)),
      "set the records of zone \(name)",
      repair: "records of zone \(name) had been changed"
    )
  }

  private mutating func create(_ zone: GoogleCloudPrivateZone, _ name: String, _ network: String) {
    let words = "create private zone \(name) of \(zone.domain)"
    guard desired.ledger.settled[GoogleCloudPrivateZone.ledgerKey] != nil else {
      later(zone.role, words)
      return plan.lookAgain(after: .seconds(1))
    }
    var wanted = ManagedZone(name: name, description: GoogleCloudMark.description(desired.mark, role: zone.role))
    wanted.dnsName = zone.dnsName
    wanted.visibility = "private"
    wanted.privateVisibilityConfig = .init(networks: [.init(networkUrl: Self.url(network))])
    act(zone.role, .zone(.create(wanted)), words, repair: deletedOutside(zone.role, "zone \(name)"))
    let records = GoogleCloudAction.ZoneChange.setRecords(zone: name, adding: zone.records, removing: [])
    act(zone.role, .zone(records), "set the records of zone \(name)")
  }

  /// Zones that an earlier pass saw, by role.
  private var known: [String: String] { desired.knownIDs.filter { $0.key.hasPrefix("zone/") } }

  /// Reports why Cloud DNS does not show the zones, and keeps what is known of them.
  private mutating func tellRefusal() {
    guard let refusal = observed.zonesRefusal else { return }
    plan.report.ids.merge(known) { new, _ in new }
    let words = "private zones of project \(observed.project): \(refusal)"
    let cure = "grant it, and turn on the Cloud DNS API; manifests/permissions has all that is needed"
    problem(.network, .permissionMissing, "\(words): \(cure)")
  }

  /// - Returns: whether any zone still exists, or may exist.
  mutating func removeAllZones() -> Bool {
    rememberZones()
    // If no zone was ever created, a refusal is no reason to keep the network.
    if observed.zonesRefusal != nil, !known.isEmpty {
      tellRefusal()
      return true
    }
    for (role, found) in ours { remove(found, role) }
    return !ours.isEmpty
  }

  private mutating func remove(_ found: ManagedZone, _ role: String) {
    plan.report.ids[role] = found.id
    // Cloud DNS creates the records of the zone's own name and deletes them with the zone.
    let records = (observed.records[found.name] ?? []).filter { record in
      record.name != found.dnsName || !["NS", "SOA"].contains(record.type)
    }
    if !records.isEmpty {
      let change = GoogleCloudAction.ZoneChange.setRecords(zone: found.name, adding: [], removing: records)
      act(role, .zone(change), "delete the records of zone \(found.name)")
    }
    act(role, .zone(.delete(found.name)), "delete zone \(found.name)")
  }

  /// Removes our mark from the zones.
  mutating func releaseZones() {
    rememberZones()
    for (role, found) in ours {
      let patch = ManagedZone(name: found.name, description: GoogleCloudMark.former(desired.mark))
      act(role, .zone(.patch(patch)), "remove our mark from zone \(found.name)")
    }
  }

  private static func url(_ path: String) -> String { "https://www.googleapis.com/compute/v1/\(path)" }
}

extension ManagedZone {
  /// - Parameter network: its path.
  fileprivate func isVisible(_ network: String) -> Bool {
    (privateVisibilityConfig?.networks ?? []).contains { ComputeLink.same($0.networkUrl, network) }
  }
}
