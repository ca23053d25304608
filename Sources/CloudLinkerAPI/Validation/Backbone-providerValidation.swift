internal import Foundations
internal import Kubernetes

// The controller's version of `BackboneSpec.providerRules`, and the rules that CEL cannot express.

extension BackboneSpec {
  func checkProvider(_ checker: inout FieldChecker) {
    let subnets = network.subnets ?? []
    checker.tags(network.subnetTags, "spec.network.subnetTags", of: provider)
    let hasTags = network.subnetTags != nil || subnets.contains { $0.tags != nil }
    checker.check(provider == .aws || !hasTags, Self.subnetTagsRule, at: "spec")
    let count = (tags?.count ?? 0) + (network.subnetTags?.count ?? 0)
    let isFew = ([count] + subnets.map { count + ($0.tags?.count ?? 0) }).allSatisfy { $0 <= Self.maximumTags }
    checker.check(isFew, Self.tagCountRule, at: "spec")
    for (index, subnet) in subnets.enumerated() {
      checker.tags(subnet.tags, "spec.network.subnets[\(index)].tags", of: provider)
    }
    let smallest = provider == .aws ? 28 : 29
    for (index, subnet) in subnets.enumerated() {
      let isLarge = IPv4Network(subnet.cidr).map { $0.prefixLength <= smallest } ?? true
      checker.check(isLarge, Self.subnetSizeRule, at: "spec.network.subnets[\(index)].cidr", subnet.cidr)
    }
    checkServices(&checker)
    if provider == .aws {
      let areSix = (network.zoneNames?.count ?? network.zones ?? Self.defaultZones) == Self.maximumZones
      let isFull = areSix && network.cidr.hasSuffix("/24") && effectiveEgressAddresses == .perZone
      let isMade = egress?.existingNATGatewayIDs == nil && egress?.existingNextHops == nil
      checker.check(!isFull || !isMade, Self.awsRoomRule, at: "spec")
      for (index, range) in (network.podRanges ?? []).compactMap({ IPv4Network($0) }).enumerated() {
        let isNear = range.address.bits >> 24 == IPv4Network(network.cidr).map { $0.address.bits >> 24 }
        checker.check(
          (16...24).contains(range.prefixLength) && (isNear || range.address.bits >> 24 == 100),
          Self.awsPodRangesRule,
          at: "spec.network.podRanges[\(index)]",
          range.description
        )
      }
    }
  }

  private func checkServices(_ checker: inout FieldChecker) {
    let (rule, isRight): (Schema.Rule, (String) -> Bool) =
      switch provider {
      case .gcp: (Self.gcpServicesRule, Lexical.googleDomains.contains)
      case .azure: (Self.azureServicesRule, { _ in false })
      case .aws: (Self.awsServicesRule, Spelling.isAWSService)
      default: (Self.awsServicesRule, { _ in true })
      }
    for (index, name) in (privateServices ?? []).enumerated() {
      checker.check(isRight(name), rule, at: "spec.privateServices[\(index)]", name)
    }
  }

  func checkWayOut(_ egress: Egress, _ checker: inout FieldChecker) {
    let (gateways, hops) = (egress.existingNATGatewayIDs, egress.existingNextHops)
    let given = [egress.existingAddressIDs?.isEmpty == false, gateways != nil, hops != nil].filter { $0 }.count
    checker.check(given <= 1, Egress.wayOutRule, at: "spec.egress")
    let isNone = egress.addresses == EgressAddresses.none
    checker.check(!isNone || gateways == nil && hops == nil, Egress.noneRule, at: "spec.egress")
    checker.check(egress.portsPerMachine == nil || provider == .gcp, Self.portsRule, at: "spec")
    if let ports = egress.portsPerMachine {
      let path = "spec.egress.portsPerMachine"
      checker.check(Egress.powers.contains(ports), Egress.portsPerMachineRule, at: path, "\(ports)")
    }
    for (field, ids) in [("existingNATGatewayIDs", gateways), ("existingNextHops", hops)] {
      guard let ids else { continue }
      let path = "spec.egress.\(field)"
      checker.count(ids.count, path, 1...Self.maximumZones)
      checker.unique(ids, path, "listed twice")
      checker.check([1, zoneCount].contains(ids.count), Self.oneOrEach(zoneCount), at: path, "\(ids.count) entries")
    }
    let areGateways =
      switch provider {
      case .aws: network.existing != nil && (gateways ?? []).allSatisfy { Spelling.isEC2ID($0, ["nat"]) }
      case .azure: (gateways ?? []).allSatisfy { Spelling.isAzureID($0, of: "Microsoft.Network/natGateways") }
      default: false
      }
    checker.check(gateways == nil || areGateways, Self.natGatewaysRule, at: "spec")
    let areHops =
      switch provider {
      case .aws: (hops ?? []).allSatisfy { Spelling.isEC2ID($0, ["eni", "vpce", "tgw"]) }
      case .azure: hops?.count == 1 && (hops ?? []).allSatisfy { IPv4Address($0) != nil }
      default: false
      }
    checker.check(hops == nil || areHops, Self.nextHopsRule, at: "spec")
  }

  /// The number of zones of the subnets that the operator makes.
  private var zoneCount: Int {
    if let subnets = network.subnets { return Set(subnets.filter { $0.existingID == nil }.map(\.zone)).count }
    return network.zoneNames?.count ?? network.zones ?? Self.defaultZones
  }

  /// CEL cannot count the zones of subnets, so only the controller checks this.
  private static func oneOrEach(_ zones: Int) -> Schema.Rule {
    Schema.Rule("", "must have one entry for all zones, or one for each of the \(zones) zones in their order")
  }
}

extension BackboneSpec.Network {
  func checkPodRanges(_ cidr: IPv4Network?, _ checker: inout FieldChecker) {
    let path = "spec.network.podRanges"
    checker.count(podRanges?.count, path, 1...BackboneSpec.maximumPodRanges)
    var taken = [cidr].compactMap { $0 }
    for (index, text) in (podRanges ?? []).enumerated() {
      let path = "\(path)[\(index)]"
      guard let range = IPv4Network.checked(text, path, Self.podRangeRule, &checker) else { continue }
      let isPrivate = Self.privateRanges.contains { $0.contains(range) }
      checker.check(isPrivate && (10...24).contains(range.prefixLength), Self.podRangeRule, at: path, text)
      checker.check(!taken.contains { $0.overlaps(range) }, Self.podRangesRule, at: path, text)
      taken.append(range)
    }
  }
}

extension FieldChecker {
  mutating func tags(_ tags: [String: String]?, _ path: String, of provider: CloudProvider) {
    count(tags?.count, path, 0...BackboneSpec.maximumTags)
    for (key, value) in (tags ?? [:]).sorted(by: { $0.key < $1.key }) {
      check(!key.isEmpty, BackboneSpec.tagKeysRule, at: path)
      let isForAWS = key.unicodeScalars.count <= 128 && !key.lowercased().hasPrefix("aws:")
      check(provider != .aws || isForAWS, BackboneSpec.awsTagsRule, at: path, key)
      length(value, "\(path)[\(key)]", 0...256)
    }
  }
}
