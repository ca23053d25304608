internal import CloudResources
internal import Digests
internal import Foundations
internal import GoogleCloud

/// The ranges of a Backbone, including those that are yet to be created.
struct GoogleCloudLayout {
  /// Secondary ranges of owned subnetworks by the name of the desired subnet; nil if there is no room for them.
  var secondary: [String: [Subnetwork.SecondaryRange]?] = [:]
  /// Primary and secondary ranges of the Backbone, merged and in order.
  var inside: [String] = []
  /// The ranges of owned subnetworks alone.
  var ours: [String] = []
  /// The ranges that pods have or can get.
  var pods: [String] = []
}

extension GoogleCloudPlanner {
  mutating func present() {
    rememberZones()
    guard planNetwork() else { return }
    let layout = self.layout()
    plan.report.podRanges = layout.pods
    planFirewalls(layout)
    let sources = planSubnetworks(layout)
    planRoutes()
    let addresses = planAddresses()
    let occupied = stillServed()
    planRouter(sources: sources.map { $0 + occupied.links }, addresses: addresses.map { $0 + occupied.addresses })
    removeStaleSubnetworks()
    removeStaleAddresses()
    planLabels()
    planZones()
    plan.judge()
  }

  /// - Returns: whether the network exists, so that something can be created in it.
  private mutating func planNetwork() -> Bool {
    if let id = desired.existingNetworkID {
      if let words = contradiction(id) {
        problem(.network, .invalidSpec, words)
        return false
      }
      guard let network = observed.network else {
        let words = "network \(id) is not in project \(observed.project): correct the id; it is not created"
        problem(.network, .existingNotFound, words)
        return false
      }
      plan.report.networkID = link(.networks, network.name)
      return true
    }
    guard let network = observed.network else {
      var network = Network(
        name: names.network,
        description: GoogleCloudMark.description(desired.mark, role: "network")
      )
      // Custom mode: Google creates no subnetworks of its own.
      network.autoCreateSubnetworks = false
      network.routingConfig = Network.Routing(routingMode: "REGIONAL")
      let repair = deletedOutside("network", "network \(network.name)")
      act("network", .createNetwork(network), "create network \(network.name)", repair: repair)
      later("firewall/", "create firewalls that deny everything but what is allowed")
      for subnet in desired.subnets where subnet.existingID == nil {
        later("subnetwork/", "create subnetwork \(names.subnetwork(subnet.name)) of \(subnet.cidr)")
      }
      if desired.egress.addresses != .none { later("router", "create router \(names.router) with Cloud NAT") }
      return false
    }
    guard isOurs(network.description, "network") else {
      foreign(.network, "network", network.name)
      return false
    }
    plan.report.networkID = link(.networks, network.name)
    plan.report.ids["network"] = network.id
    return !busy.contains("network")
  }

  /// Without the default route, neither Cloud NAT nor Private Google Access works. Compute Engine creates it with the
  /// network. The operator does not own it and does not create it again.
  private mutating func planRoutes() {
    guard let network = observed.network else { return }
    let outside = observed.routes.filter { $0.nextHopGateway != nil }.compactMap {
      $0.destRange.flatMap { IPv4Network($0) }
    }
    let hasNAT = desired.egress.addresses != .none
    func isMissing(_ range: String) -> Bool {
      IPv4Network(range).map { wanted in !outside.contains { $0.contains(wanted) } } ?? true
    }
    if hasNAT, isMissing("0.0.0.0/0") {
      let words = "network \(network.name) has no route 0.0.0.0/0 to default-internet-gateway: "
      problem(.routes, .existingNotFound, words + "create it, Cloud NAT needs it")
    } else if !desired.privateServices.isEmpty, isMissing(GoogleCloudPrivateZone.range) {
      let words = "network \(network.name) has no route \(GoogleCloudPrivateZone.range) to default-internet-gateway: "
      problem(.routes, .existingNotFound, words + "create it, spec.privateServices needs it")
    }
  }

  func layout() -> GoogleCloudLayout {
    let here = observed.subnetworks.filter { $0.network.map(ComputeLink.name) == observed.network?.name }
    var taken = [desired.cidr] + desired.subnets.map(\.cidr)
    for subnetwork in here {
      taken += ([subnetwork.ipCidrRange] + (subnetwork.secondaryIpRanges ?? []).map(\.ipCidrRange))
        .compactMap { $0.flatMap { IPv4Network($0) } }
    }
    // Eight hexadecimal digits always fit into a UInt32.
    let seed = UInt32(SHA256.text(desired.mark.uid).prefix(8), radix: 16) ?? 0
    let given = desired.hasGivenPodRanges ? desired.podRanges : []
    let space = given.isEmpty ? GoogleCloudSecondaryRanges(seed: seed) : GoogleCloudSecondaryRanges(given: given)
    var layout = GoogleCloudLayout()
    var (inside, ours) = ([desired.cidr] + given, [IPv4Network]())
    for subnet in desired.subnets {
      let found = self.subnetwork(subnet)
      let existing = found?.secondaryIpRanges ?? []
      inside += [subnet.cidr] + existing.compactMap { IPv4Network($0.ipCidrRange) }
      guard subnet.existingID == nil else { continue }
      let all = space.complete(existing, taken: &taken)
      layout.secondary[subnet.name] = .some(all)
      ours += [subnet.cidr] + (all ?? []).compactMap { IPv4Network($0.ipCidrRange) }
    }
    layout.inside = IPv4Network.collapsed(inside + ours).map(\.description)
    layout.ours = IPv4Network.collapsed(ours).map(\.description)
    let secondary = layout.secondary.values.flatMap { $0 ?? [] }.filter {
      $0.rangeName == GoogleCloudSecondaryRanges.pods
    }
    let pods = given.isEmpty ? secondary.compactMap { IPv4Network($0.ipCidrRange) } : given
    layout.pods = IPv4Network.collapsed(pods).map(\.description)
    return layout
  }

  func subnetwork(_ subnet: DesiredNetwork.Subnet) -> Subnetwork? {
    let name = subnet.existingID.map(ComputeLink.name) ?? names.subnetwork(subnet.name)
    return observed.subnetworks.first { $0.name == name }
  }
}
