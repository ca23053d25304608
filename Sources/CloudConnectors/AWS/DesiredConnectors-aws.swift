internal import AWS
internal import CloudNetworks
internal import FoundationEssentials
package import Foundations

extension DesiredConnectors {
  var names: AWSConnectorNames { AWSConnectorNames(mark: mark) }

  /// Twingate's own machine images: facts of its Terraform examples, see docs/limits.md.
  static let imageOwner = "617935088040"
  static let imageName = "twingate/images/hvm-ssd/twingate-amd64-*"

  /// The security groups of every machine but the connectors' own: the one of the Backbone's workloads, because its members
  /// let in each other and nobody else.
  var joinedGroups: [String] { [place.firewallID].compactMap { $0 } }

  /// What the connectors' own group lets out (Twingate's help pages): TCP 443, the relays, peers by UDP, and everything in the
  /// Backbone.
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

  /// - Parameter endpoint: of Secrets Manager, as the machine reaches it.
  func script(_ key: String) -> String {
    AWSBootScript(
      region: place.region,
      secretName: names.secret(key),
      environment: machine.environment,
      secretsURL: AWSEndpoint(service: "secretsmanager", region: place.region).url
    ).text
  }

  /// The key of the connector that a seat has with an image: another one as soon as anything differs that a machine is started
  /// with.
  func key(_ seat: Seat, imageID: String) -> String {
    let words =
      [place.networkID, seat.subnetID, imageID, machine.type, machine.profile ?? "", script("")] + joinedGroups
    return key(seat, words)
  }

  /// What each seat would have if it had nothing yet: its machine's connector where that is as it should be, else one with the
  /// newest image. A suspended seat keeps the connector that it had.
  /// - Parameter known: keys of the connectors that there are.
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

  /// Whether a machine is old enough for another image, where there is one.
  private func isDue(_ instance: EC2.Instance, _ state: AWSConnectorState, _ now: Timestamp) -> Bool {
    guard machine.imageID == nil, let period = machine.updatesEvery, let launched = instance.launched,
      now.since(launched) >= period
    else { return false }
    return !state.hasImages || state.image.map { $0.id != instance.imageID } ?? false
  }

  /// Whether images must be looked for: a machine is to be started, or one is old enough for another.
  func needsImage(_ state: AWSConnectorState, now: Timestamp) -> Bool {
    let machines = Set(state.machines.compactMap(\.connectorKey))
    return !isSuspended && wanted(state, now: now).contains { !machines.contains($0.key) }
      || state.machines.contains { isDue($0, state, now) }
  }

  /// Tags from the moment that something is made.
  func tags(_ role: AWSConnectorRole) -> [String: String] {
    var all = ["Name": String("\(mark.namespace)-\(mark.name)-\(role)".suffix(255))]
    all.merge(tags) { $1 }
    all[Self.key] = mark.value
    all[OwnershipMark.roleKey] = role.description
    return all
  }

  /// Which secrets the machine of a seat may read: those of the seat's connectors. By name, because the machine's first look
  /// and the secret's next version must not depend on each other.
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
  /// Of the connector that it was started for.
  package var connectorKey: String? {
    guard let role = tags[OwnershipMark.roleKey], role.hasPrefix("machine-") else { return nil }
    return String(role.dropFirst("machine-".count))
  }
}
