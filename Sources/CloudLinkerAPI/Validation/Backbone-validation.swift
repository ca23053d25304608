internal import Foundations
internal import Kubernetes

extension Backbone {
  /// What is wrong with the spec, by the rules of its schema; empty when the operator may act on it.
  public func validate() -> [FieldError] {
    var checker = FieldChecker()
    checker.labelledName(key.name)
    spec.check(&checker)
    status?.location?.check(spec, &checker)
    return checker.errors
  }
}

extension BackboneSpec {
  func check(_ checker: inout FieldChecker) {
    checker.known(provider, "spec.provider")
    checker.dnsLabel(region, "spec.region")
    if let credentialsSecretRef { checker.objectName(credentialsSecretRef.name, "spec.credentialsSecretRef.name") }
    checker.check(provider == .aws || aws == nil, Self.awsRule, at: "spec")
    checker.check((provider == .gcp) == (gcp != nil), Self.gcpRule, at: "spec")
    checker.check((provider == .azure) == (azure != nil), Self.azureRule, at: "spec")
    let hasPlace = provider != .aws || aws?.flowLogsBucketARN != nil
    checker.check(flowLogs != true || hasPlace, Self.awsFlowLogsRule, at: "spec")
    checker.check(flowLogs != true || provider != .azure, Self.azureFlowLogsRule, at: "spec")
    if let bucket = aws?.flowLogsBucketARN {
      checker.check(Spelling.isBucketARN(bucket), AWSOptions.bucketRule, at: "spec.aws.flowLogsBucketARN", bucket)
    }
    if let role = aws?.assumeRoleARN {
      checker.check(Spelling.isRoleARN(role), AWSOptions.roleRule, at: "spec.aws.assumeRoleARN", role)
    }
    if let project = gcp?.project {
      checker.spelled(project, "spec.gcp.project", "must be a project's id: 6 to 63 lower-case letters, digits and '-'")
      {
        $0.utf8.count >= 6 && Spelling.isServiceName($0)
      }
    }
    if let azure {
      checker.spelled(
        azure.subscriptionID,
        "spec.azure.subscriptionID",
        "must be a subscription's id, such as 00000000-0000-0000-0000-000000000000",
        Spelling.isUUID
      )
      checker.spelled(
        azure.resourceGroup,
        "spec.azure.resourceGroup",
        "must have 1 to 90 letters, digits, '-', '_', '.', '(' and ')', and not end with '.'",
        Spelling.isResourceGroup
      )
    }
    network.check(&checker)
    checkTraffic(&checker)
    checker.tags(tags, "spec.tags", of: provider)
    checker.count(privateServices?.count, "spec.privateServices", 0...Self.maximumPrivateServices)
    checker.unique(privateServices ?? [], "spec.privateServices", "listed twice")
    checkProvider(&checker)
    checker.known(deletionPolicy, "spec.deletionPolicy")
  }

  private func checkTraffic(_ checker: inout FieldChecker) {
    checker.known(egress?.addresses, "spec.egress.addresses")
    let addresses = egress?.existingAddressIDs ?? []
    checker.count(addresses.count, "spec.egress.existingAddressIDs", 0...Self.maximumZones)
    checker.unique(addresses, "spec.egress.existingAddressIDs", "listed twice")
    for (index, id) in addresses.enumerated() {
      checker.length(id, "spec.egress.existingAddressIDs[\(index)]", 1...512)
    }
    if let egress { checkWayOut(egress, &checker) }
    for (path, rules) in [("spec.egress.allow", egress?.allow ?? []), ("spec.ingress.allow", ingress?.allow ?? [])] {
      checker.count(rules.count, path, 0...Self.maximumRules)
      for (index, rule) in rules.enumerated() { rule.check("\(path)[\(index)]", &checker) }
    }
  }
}

extension BackboneSpec.Network {
  func check(_ checker: inout FieldChecker) {
    let path = "spec.network"
    let range = IPv4Network.checked(cidr, "\(path).cidr", Self.cidrRule, &checker)
    let isPrivate = range.map { network in Self.privateRanges.contains { $0.contains(network) } } ?? true
    let isOfSize = range.map { (16...24).contains($0.prefixLength) } ?? true
    checker.check(isPrivate && isOfSize, Self.cidrRule, at: "\(path).cidr", cidr)
    let given = [zones != nil, zoneNames != nil, subnets != nil].filter { $0 }
    checker.check(given.count <= 1, Self.zonesRule, at: path)
    checker.range(zones, "\(path).zones", 1...BackboneSpec.maximumZones)
    checker.count(zoneNames?.count, "\(path).zoneNames", 1...BackboneSpec.maximumZones)
    checker.unique(zoneNames ?? [], "\(path).zoneNames", "listed twice")
    for (index, name) in (zoneNames ?? []).enumerated() { checker.dnsLabel(name, "\(path).zoneNames[\(index)]") }
    checker.length(existing?.id, "\(path).existing.id", 1...512)
    checkPodRanges(range, &checker)
    checker.count(subnets?.count, "\(path).subnets", 1...BackboneSpec.maximumSubnets)
    checker.unique((subnets ?? []).map(\.name), "\(path).subnets", field: ".name", "two subnets have this name")
    var ranges: [IPv4Network] = []
    for (index, subnet) in (subnets ?? []).enumerated() {
      let path = "\(path).subnets[\(index)]"
      checker.dnsLabel(subnet.name, "\(path).name", atMost: 32)
      checker.dnsLabel(subnet.zone, "\(path).zone")
      checker.length(subnet.existingID, "\(path).existingID", 1...512)
      guard let own = IPv4Network.checked(subnet.cidr, "\(path).cidr", BackboneSpec.Subnet.cidrRule, &checker) else {
        continue
      }
      checker.check(range?.contains(own) != false, Self.insideRule, at: "\(path).cidr", subnet.cidr)
      checker.check(!ranges.contains { $0.overlaps(own) }, Self.apartRule, at: "\(path).cidr", subnet.cidr)
      ranges.append(own)
    }
  }

  static let privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].compactMap {
    IPv4Network($0)
  }
}

extension BackboneSpec.Rule {
  func check(_ path: String, _ checker: inout FieldChecker) {
    _ = IPv4Network.checked(cidr, "\(path).cidr", Self.cidrRule, &checker)
    checker.known(self.protocol, "\(path).protocol")
    checker.count(ports?.count, "\(path).ports", 0...16)
    checker.unique((ports ?? []).map(String.init), "\(path).ports", "listed twice")
    for (index, port) in (ports ?? []).enumerated() { checker.range(port, "\(path).ports[\(index)]", 1...65_535) }
    checker.count(portRanges?.count, "\(path).portRanges", 0...16)
    checker.unique(portRanges ?? [], "\(path).portRanges", "listed twice")
    for (index, range) in (portRanges ?? []).enumerated() {
      checker.check(Self.range(range) != nil, Self.portRangeRule, at: "\(path).portRanges[\(index)]", range)
    }
    checker.spelled(
      description,
      "\(path).description",
      "must have 1 to 140 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*",
      Spelling.isRuleDescription
    )
    let takesPorts = [.tcp, .udp].contains(self.protocol ?? .tcp)
    let hasPorts = ports?.isEmpty == false || portRanges?.isEmpty == false
    checker.check(!hasPorts || takesPorts, Self.portsRule, at: path)
  }
}

extension IPv4Network {
  static func checked(
    _ text: String,
    _ path: String,
    _ rule: Schema.Rule,
    _ checker: inout FieldChecker
  ) -> IPv4Network? {
    do throws(ParseError) {
      return try IPv4Network(parsing: text)
    } catch .hostBitsSet(let meant) {
      checker.refuse(path, text, "must begin with the network's first address: \(meant)")
    } catch {
      checker.refuse(path, text, rule.message)
    }
    return nil
  }
}
