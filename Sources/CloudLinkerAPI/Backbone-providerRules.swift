internal import Foundations
internal import Kubernetes

/// The rules that differ between providers, and how each provider spells its names. The API server checks each rule,
/// and `checkProvider` does for API servers before 1.25.
extension BackboneSpec {
  static let providerRules = [
    awsTagsRule, subnetTagsRule, tagCountRule, awsPodRangesRule, natGatewaysRule, nextHopsRule, portsRule,
    awsServicesRule, gcpServicesRule, azureServicesRule, awsRoomRule, subnetSizeRule,
  ]

  static let tagKeysRule = Schema.Rule("self.all(key, key.size() > 0)", "a tag's key cannot be empty")
  static func tagsSchema(_ description: String) -> Schema {
    .map(description, of: .string("A tag's value.").length(0...256)).properties(atMost: maximumTags)
      .rule(tagKeysRule.expression, tagKeysRule.message)
  }

  private static func areForAWS(_ map: String) -> String {
    "\(map).all(key, key.size() <= 128 && !key.startsWith('aws:'))"
  }
  static let awsTagsRule = Schema.Rule(
    "self.provider != 'AWS' || (!has(self.tags) || \(areForAWS("self.tags"))) && "
      + "(!has(self.network.subnetTags) || \(areForAWS("self.network.subnetTags"))) && (!has(self.network.subnets) || "
      + "self.network.subnets.all(subnet, !has(subnet.tags) || \(areForAWS("subnet.tags"))))",
    "with provider AWS a tag's key has at most 128 characters and does not begin with aws:"
  )
  static let subnetTagsRule = Schema.Rule(
    "self.provider == 'AWS' || !has(self.network.subnetTags) && "
      + "(!has(self.network.subnets) || self.network.subnets.all(subnet, !has(subnet.tags)))",
    "tags of subnets are only allowed when provider is AWS: in GCP and Azure subnets have no tags"
  )
  static let tagCountRule = Schema.Rule(
    "(has(self.tags) ? self.tags.size() : 0) + (has(self.network.subnetTags) ? self.network.subnetTags.size() : 0) "
      + "<= \(maximumTags) && (!has(self.network.subnets) || self.network.subnets.all(subnet, !has(subnet.tags) || "
      + "(has(self.tags) ? self.tags.size() : 0) + (has(self.network.subnetTags) ? self.network.subnetTags.size() : 0) "
      + "+ subnet.tags.size() <= \(maximumTags)))",
    "a subnet can have \(maximumTags) tags: those of tags, subnetTags and its own together"
  )
  static let awsPodRangesRule = Schema.Rule(
    "self.provider != 'AWS' || !has(self.network.podRanges) || self.network.podRanges.all(range, "
      + "range.matches('/(1[6-9]|2[0-4])$') && (range.startsWith('100.') || "
      + "range.split('.')[0] == self.network.cidr.split('.')[0]))",
    "with provider AWS podRanges have a prefix of 16 to 24, and are of 100.64.0.0/10 or of the private range that "
      + "network.cidr is of: EC2 adds no others to a VPC"
  )
  static let natGatewaysRule = Schema.Rule(
    "!has(self.egress) || !has(self.egress.existingNATGatewayIDs) || self.provider == 'AWS' && "
      + "has(self.network.existing) && self.egress.existingNATGatewayIDs.all(id, id.matches('\(Lexical.awsNATGateway)'))"
      + " || self.provider == 'Azure' && "
      + "self.egress.existingNATGatewayIDs.all(id, id.matches('\(Lexical.azureNATGateway)'))",
    "egress.existingNATGatewayIDs are ids such as nat-0a1b, of the VPC in network.existing, with provider AWS, and "
      + "resource ids with provider Azure; with GCP there are none, because Cloud NAT is part of a router"
  )
  static let nextHopsRule = Schema.Rule(
    "!has(self.egress) || !has(self.egress.existingNextHops) || self.provider == 'AWS' && "
      + "self.egress.existingNextHops.all(hop, hop.matches('\(Lexical.awsNextHop)')) || self.provider == 'Azure' && "
      + "self.egress.existingNextHops.size() == 1 && self.egress.existingNextHops.all(hop, hop.matches('\(Lexical.ipv4)'))",
    "egress.existingNextHops are ids such as eni-0a1b, vpce-0a1b or tgw-0a1b with provider AWS, and one address with "
      + "provider Azure; they are not allowed with GCP"
  )
  /// Six of the eighths hold subnets. The NAT gateway of a zone takes 16 addresses of what is left, and a /24 leaves
  /// 64.
  static let awsRoomRule = Schema.Rule(
    "self.provider != 'AWS' || !self.network.cidr.endsWith('/24') || (has(self.network.zones) ? self.network.zones : "
      + "has(self.network.zoneNames) ? self.network.zoneNames.size() : \(defaultZones)) < \(maximumZones) || "
      + "has(self.egress) && (has(self.egress.addresses) && self.egress.addresses != 'PerZone' || "
      + "has(self.egress.existingNATGatewayIDs) || has(self.egress.existingNextHops))",
    "with provider AWS a /24 has no room for six zones with a NAT gateway each: take a /23, five zones, or Shared"
  )
  static let subnetSizeRule = Schema.Rule(
    "!has(self.network.subnets) || self.network.subnets.all(subnet, !subnet.cidr.matches(self.provider == 'AWS' ? "
      + "'/(29|3[0-2])$' : '/3[0-2]$'))",
    "a subnet has a prefix of at most 28 with provider AWS, and of at most 29 with the others"
  )
  static let portsRule = Schema.Rule(
    "self.provider == 'GCP' || !has(self.egress) || !has(self.egress.portsPerMachine)",
    "egress.portsPerMachine is only allowed when provider is GCP: NAT gateways of AWS and Azure give out ports as they are needed"
  )
  static let awsServicesRule = Schema.Rule(
    "self.provider != 'AWS' || !has(self.privateServices) || self.privateServices.all(name, "
      + "name.matches('\(Lexical.awsService)') && !name.matches('(^|[.])s3$'))",
    "with provider AWS privateServices are names such as ecr.api or com.amazonaws.eu-west-1.ecr.api; s3 is not among "
      + "them, because it has a gateway endpoint already"
  )
  static let gcpServicesRule = Schema.Rule(
    "self.provider != 'GCP' || !has(self.privateServices) || self.privateServices.all(name, name in "
      + "[\(Lexical.googleDomains.map { "'\($0)'" }.joined(separator: ", "))])",
    "with provider GCP privateServices are of \(Lexical.googleDomains.joined(separator: ", "))"
  )
  static let azureServicesRule = Schema.Rule(
    "self.provider != 'Azure' || !has(self.privateServices) || self.privateServices.size() == 0",
    "privateServices is not allowed when provider is Azure: link your private DNS zones to the network yourself"
  )
}
