internal import AWS
internal import CloudNetworks
internal import FoundationEssentials
package import Foundations

extension DesiredConnectors {
  var names: AWSConnectorNames { AWSConnectorNames(mark: mark) }

  /// Twingate's own machine images, according to its Terraform examples; see docs/limits.md.
  static let imageOwner = "617935088040"
  static let imageName = "twingate/images/hvm-ssd/twingate-amd64-*"

  /// The other security groups of every machine: that of the Backbone's workloads, because they admit only its members.
  var joinedGroups: [String] { [place.firewallID].compactMap { $0 } }

  /// What the connectors' own security group lets out, according to Twingate's help pages: TCP 443, relays, peers by UDP,
  /// and everything in the Backbone.
  var wayOut: Set<EC2.Rule> {
    let everywhere = EC2.Rule.Peer.ipv4("0.0.0.0/0")
    var rules: Set<EC2.Rule> = [
      EC2.Rule(transport: "tcp", from: 443, to: 443, peer: everywhere),
      EC2.Rule(transport: "tcp", from: 30_000, to: 31_000, peer: everywhere),
      EC2.Rule(transport: "udp", from: 1, to: 65_535, peer: everywhere),
    ]
    for range in place.ranges { rules.insert(EC2.Rule(transport: "-1", peer: .ipv4(range.description))) }
    return rules
  }

  /// The user data of a connector's machine.
  func script(_ key: String) -> String {
    AWSBootScript(
      region: place.region,
      secretName: names.secret(key),
      environment: machine.environment,
      secretsURL: AWSEndpoint(service: "secretsmanager", region: place.region).url
    ).text
  }

  /// The key of a seat's connector with an image. It differs if anything differs with which a machine is started.
  func key(_ seat: Seat, imageID: String) -> String {
    let words =
      [place.networkID, seat.subnetID, imageID, machine.type, machine.profile ?? "", script("")] + joinedGroups
    return key(seat, words)
  }

  /// See `ConnectorPlanner.wanted`. New connectors get the newest image.
  /// - Parameter known: keys of the connectors that exist.
  package func wanted(
    _ state: AWSConnectorState,
    known: Set<String> = [],
    now: Timestamp
  ) -> [SeatedConnector] {
    seats.map { seat in
      let before = known.sorted().first { SeatedConnector.number(of: $0) == seat.number }
      if isSuspended, let before { return SeatedConnector(seat: seat, key: before, imageID: "") }
      let machines = state.machines.filter { instance in
        instance.connectorKey.map { $0 == key(seat, imageID: machine.imageID ?? instance.imageID) } ?? false
      }
      if let kept = machines.first(where: { !isDue($0, state, now) }) {
        return SeatedConnector(seat: seat, key: kept.connectorKey ?? "", imageID: kept.imageID)
      }
      let imageID = machine.imageID ?? state.image?.id ?? machines.first?.imageID ?? ""
      return SeatedConnector(seat: seat, key: key(seat, imageID: imageID), imageID: imageID)
    }
  }

  /// Whether there is another image, and a machine is old enough to be replaced for it.
  private func isDue(_ instance: EC2.Instance, _ state: AWSConnectorState, _ now: Timestamp) -> Bool {
    guard machine.imageID == nil, let period = machine.updatesEvery, let launched = instance.launched,
      now.since(launched) >= period
    else { return false }
    return !state.hasImages || state.image.map { $0.id != instance.imageID } ?? false
  }

  /// Whether to look for images, because a machine has to be started or is old enough to be replaced.
  func needsImage(_ state: AWSConnectorState, now: Timestamp) -> Bool {
    let machines = Set(state.machines.compactMap(\.connectorKey))
    return !isSuspended && wanted(state, now: now).contains { !machines.contains($0.key) }
      || state.machines.contains { isDue($0, state, now) }
  }

  /// The tags with which an object is made.
  func tags(_ role: AWSConnectorRole) -> [String: String] {
    var all = ["Name": String("\(mark.namespace)-\(mark.name)-\(role)".suffix(255))]
    all.merge(tags) { $1 }
    all[Self.key] = mark.value
    all[OwnershipMark.roleKey] = role.description
    return all
  }

  /// Lets the machine of a seat read the secrets of the seat's connectors, and no others. It names them by a prefix, so
  /// that it stays the same when another connector takes the seat.
  func policy(_ seat: Int) -> String {
    let partition = AWSEndpoint.partition(of: place.region)
    let secret = "arn:\(partition):secretsmanager:\(place.region):*:secret:\(names.secret("\(seat)-*"))"
    return #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"secretsmanager:GetSecretValue","#
      + #""Resource":"\#(secret)"}]}"#
  }

  var trust: String {
    let domain = place.region.hasPrefix("cn-") ? "ec2.amazonaws.com.cn" : "ec2.amazonaws.com"
    return #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"\#(domain)"},"#
      + #""Action":"sts:AssumeRole"}]}"#
  }
}

extension EC2.Instance {
  /// The key of the connector for which it was started.
  package var connectorKey: String? {
    guard let role = tags[OwnershipMark.roleKey], role.hasPrefix("machine-") else { return nil }
    return String(role.dropFirst("machine-".count))
  }
}
