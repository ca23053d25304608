internal import CloudLinkerAPI
internal import CloudNetworks
internal import CloudResources
internal import Foundations
internal import Kubernetes

/// Converts a Backbone's spec to the network that its cloud is asked for.
///
///     network.subnets    as listed
///     network.zoneNames  an eighth of the range for each zone, named after the zone
///     network.zones      the first so many of the region's zones; those that have a subnet already stay
///
/// Each zone gets an eighth, however many zones there are, so that a zone can be added without moving the others. The
/// last eighth belongs to the operator (AWS: the public subnets of NAT gateways).
enum NetworkLayout {
  /// - Parameter zones: the region's zones, sorted.
  static func desired(_ backbone: Backbone, zones: [String]) throws(Refusal) -> DesiredNetwork {
    let spec = backbone.spec
    guard let range = IPv4Network(spec.network.cidr), backbone.metadata.uid != nil else { throw Self.invalid }
    let mark = backbone.mark
    let subnets = try subnets(of: backbone, in: range, zones)
    var desired = DesiredNetwork(mark: mark, region: spec.region, cidr: range, subnets: subnets)
    desired.egress = try egress(spec)
    desired.podRanges =
      spec.network.podRanges.map { $0.compactMap { IPv4Network($0) } }
      ?? [DefaultPodRange.of(mark.uid, avoiding: range)]
    desired.hasGivenPodRanges = spec.network.podRanges != nil
    desired.privateServices = spec.privateServices ?? []
    desired.egressRules = try rules(spec.egress?.allow)
    desired.ingressRules = try rules(spec.ingress?.allow)
    desired.tags = spec.tags ?? [:]
    desired.hasFlowLogs = spec.flowLogs ?? false
    desired.flowLogsBucketARN = spec.aws?.flowLogsBucketARN
    desired.existingNetworkID = spec.network.existing?.id
    desired.account = backbone.status?.location?.account
    desired.ledger = Ledger(backbone.status)
    return desired
  }

  /// The part that is needed to find and delete everything, for a spec that can no longer be laid out.
  static func bare(_ backbone: Backbone) -> DesiredNetwork {
    let mark = backbone.mark
    let range =
      IPv4Network(backbone.spec.network.cidr) ?? IPv4Network(containing: IPv4Address(bits: 0), prefixLength: 32)
    var desired = DesiredNetwork(mark: mark, region: backbone.spec.region, cidr: range, subnets: [])
    desired.egress.existingIDs = backbone.spec.egress?.existingAddressIDs ?? []
    desired.existingNetworkID = backbone.spec.network.existing?.id
    desired.account = backbone.status?.location?.account
    desired.ledger = Ledger(backbone.status)
    return desired
  }

  /// Whether the region's zones must be read.
  static func needsZones(_ backbone: Backbone) -> Bool {
    let network = backbone.spec.network
    if let named = network.zoneNames ?? network.subnets?.map(\.zone) {
      // Other clouds refuse a zone that does not exist. Compute Engine accepts any, because its subnetworks are in no
      // zone.
      return backbone.spec.provider == .gcp && !Set(named).isSubset(of: knownZones(backbone))
    }
    return placed(backbone).contains(nil)
  }

  /// Zones in which this network has a subnet.
  private static func knownZones(_ backbone: Backbone) -> Set<String> {
    Set((backbone.status?.subnets ?? []).map(\.zone))
  }

  /// - Parameter zones: the region's zones; empty: they were not read.
  private static func check(
    _ named: [String],
    of backbone: Backbone,
    _ field: String,
    _ zones: [String]
  ) throws(Refusal) {
    let known = knownZones(backbone).union(zones)
    let missing = zones.isEmpty ? [] : named.filter { !known.contains($0) }
    guard missing.isEmpty else { throw Self.zones(field, missing, zones) }
  }

  private static func subnets(
    of backbone: Backbone,
    in range: IPv4Network,
    _ zones: [String]
  ) throws(Refusal) -> [DesiredNetwork.Subnet] {
    let network = backbone.spec.network
    let common = network.subnetTags ?? [:]
    if let listed = network.subnets {
      try check(listed.map(\.zone), of: backbone, "spec.network.subnets", zones)
      var subnets: [DesiredNetwork.Subnet] = []
      for subnet in listed {
        guard let cidr = IPv4Network(subnet.cidr) else { throw Self.invalid }
        var wanted = DesiredNetwork.Subnet(
          name: subnet.name,
          zone: subnet.zone,
          cidr: cidr,
          existingID: subnet.existingID
        )
        wanted.tags = common.merging(subnet.tags ?? [:]) { $1 }
        subnets.append(wanted)
      }
      return subnets
    }
    func inZone(_ zone: String, _ cidr: IPv4Network) -> DesiredNetwork.Subnet {
      var subnet = DesiredNetwork.Subnet(name: zone, zone: zone, cidr: cidr)
      subnet.tags = common
      return subnet
    }
    let eighths = range.parts(3)
    if let names = network.zoneNames {
      try check(names, of: backbone, "spec.network.zoneNames", zones)
      return zip(names, eighths).map(inZone)
    }
    let placed = placed(backbone)
    var free = zones.filter { !placed.contains($0) }[...]
    return try zip(placed, eighths).map { (zone, cidr) throws(Refusal) in
      guard let zone = zone ?? free.popFirst() else {
        throw Self.zones("spec.network.zones", ["\(placed.count) zones"], zones)
      }
      return inZone(zone, cidr)
    }
  }

  /// The zone of each eighth that is taken. A zone that is new in the region moves none of them.
  private static func placed(_ backbone: Backbone) -> [String?] {
    let count = backbone.spec.network.zones ?? BackboneSpec.defaultZones
    let eighths = IPv4Network(backbone.spec.network.cidr)?.parts(3) ?? []
    return eighths.prefix(count).map { eighth in
      backbone.status?.subnets?.first { $0.cidr == eighth.description }?.zone
    }
  }

  private static func zones(_ field: String, _ missing: [String], _ zones: [String]) -> Refusal {
    Refusal(
      condition: .accepted,
      reason: .zoneNotFound,
      message: zones.isEmpty
        ? "spec.region: the region has no zones that can be used, or does not exist: correct it"
        : "\(field): the region does not have \(missing.joined(separator: ", ")), but "
          + "\(zones.joined(separator: ", ")): choose of these"
    )
  }
  /// Never reached for a validated spec.
  private static let invalid = Refusal(condition: .accepted, reason: .invalidSpec, message: "the spec is not valid")

  private static func egress(_ spec: BackboneSpec) throws(Refusal) -> DesiredNetwork.Egress {
    let addresses: DesiredNetwork.Egress.Addresses
    switch spec.effectiveEgressAddresses {
    case .perZone: addresses = .perZone
    case .shared: addresses = .shared
    case EgressAddresses.none: addresses = .none
    default: throw Self.invalid
    }
    var egress = DesiredNetwork.Egress(addresses: addresses, existingIDs: spec.egress?.existingAddressIDs ?? [])
    egress.existingNATGatewayIDs = spec.egress?.existingNATGatewayIDs ?? []
    egress.existingNextHops = spec.egress?.existingNextHops ?? []
    egress.portsPerMachine = spec.egress?.portsPerMachine
    return egress
  }

  private static func rules(_ rules: [BackboneSpec.Rule]?) throws(Refusal) -> [DesiredNetwork.Rule] {
    var result: [DesiredNetwork.Rule] = []
    for rule in rules ?? [] {
      guard let cidr = IPv4Network(rule.cidr),
        let transport = DesiredNetwork.Rule.Transport(rawValue: (rule.protocol ?? .tcp).rawValue)
      else { throw Self.invalid }
      let ports = (rule.ports ?? []).map { $0...$0 } + (rule.portRanges ?? []).map { BackboneSpec.Rule.range($0) }
      guard !ports.contains(nil) else { throw Self.invalid }
      result.append(
        .init(cidr: cidr, transport: transport, ports: joined(ports.compactMap { $0 }), description: rule.description)
      )
    }
    return result
  }

  /// Merges adjacent and overlapping ports: 80, 81, 443 and 8000–8080, 8080–9000 become 80–81, 443 and 8000–9000.
  private static func joined(_ ports: [ClosedRange<Int>]) -> [ClosedRange<Int>] {
    ports.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { ranges, next in
      if let last = ranges.last, next.lowerBound - last.upperBound <= 1 {
        ranges[ranges.count - 1] = last.lowerBound...max(next.upperBound, last.upperBound)
      } else {
        ranges.append(next)
      }
    }
  }
}
