// Rules of security groups in EC2's form: IpPermissions.

extension EC2.SecurityGroup {
  init?(_ item: XMLElement) {
    guard let id = item.string("groupId") else { return nil }
    self.init(
      id: id,
      vpcID: item.string("vpcId") ?? "",
      name: item.string("groupName") ?? "",
      ingress: Set(item.list("ipPermissions").flatMap { EC2.Rule.rules($0) }),
      egress: Set(item.list("ipPermissionsEgress").flatMap { EC2.Rule.rules($0) }),
      tags: item.tags(),
      ingressNotes: EC2.Rule.notes(item.list("ipPermissions")),
      egressNotes: EC2.Rule.notes(item.list("ipPermissionsEgress"))
    )
  }
}

extension EC2.Rule {
  /// The rules that a permission contains.
  static func rules(_ permission: XMLElement) -> [EC2.Rule] {
    let peers =
      permission.list("ipRanges").compactMap { $0.string("cidrIp") }.map { Peer.ipv4($0) }
      + permission.list("ipv6Ranges").compactMap { $0.string("cidrIpv6") }.map { Peer.ipv6($0) }
      + permission.list("groups").compactMap { $0.string("groupId") }.map { Peer.group($0) }
      + permission.list("prefixListIds").compactMap { $0.string("prefixListId") }.map { Peer.prefixList($0) }
    let transport = permission.string("ipProtocol") ?? "-1"
    let from = permission.int("fromPort")
    let to = permission.int("toPort")
    return peers.map { EC2.Rule(transport: transport, from: from, to: to, peer: $0).normalized }
  }

  /// The descriptions of rules for IPv4 ranges.
  static func notes(_ permissions: [XMLElement]) -> [EC2.Rule: String] {
    var notes: [EC2.Rule: String] = [:]
    for permission in permissions {
      for range in permission.list("ipRanges") {
        guard let cidr = range.string("cidrIp"), let note = range.string("description"), !note.isEmpty else { continue }
        let rule = EC2.Rule(
          transport: permission.string("ipProtocol") ?? "-1",
          from: permission.int("fromPort"),
          to: permission.int("toPort"),
          peer: .ipv4(cidr)
        )
        notes[rule.normalized] = note
      }
    }
    return notes
  }

  /// A rule for all protocols has no ports, however a service writes that.
  var normalized: EC2.Rule {
    guard transport == "-1" else { return self }
    return EC2.Rule(transport: "-1", peer: peer)
  }

  /// - Parameter note: its description.
  func encode(into parameters: inout QueryParameters, _ name: String, note: String? = nil) {
    parameters["\(name).IpProtocol"] = transport
    if transport != "-1" {
      parameters["\(name).FromPort"] = from.map { String($0) }
      parameters["\(name).ToPort"] = to.map { String($0) }
    }
    switch peer {
    case .ipv4(let cidr):
      parameters["\(name).IpRanges.1.CidrIp"] = cidr
      parameters["\(name).IpRanges.1.Description"] = note
    case .ipv6(let cidr): parameters["\(name).Ipv6Ranges.1.CidrIpv6"] = cidr
    case .group(let id): parameters["\(name).Groups.1.GroupId"] = id
    case .prefixList(let id): parameters["\(name).PrefixListIds.1.PrefixListId"] = id
    }
  }

  /// The rule for people: `TCP 443 from 10.0.0.0/8`.
  public var description: String {
    let ports = from.map { from in to == from ? " \(from)" : " \(from)-\(to ?? from)" } ?? ""
    let name = transport == "-1" ? "all" : transport.uppercased()
    switch peer {
    case .ipv4(let text), .ipv6(let text), .group(let text), .prefixList(let text): return "\(name)\(ports) \(text)"
    }
  }
}

extension EC2.Rule: CustomStringConvertible {}
