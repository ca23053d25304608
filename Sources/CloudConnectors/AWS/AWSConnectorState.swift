package import AWS
internal import CloudNetworks

/// The objects of one connection in AWS, without the values of secrets.
package struct AWSConnectorState: ConnectorCloudState {
  /// EC2 shows terminated ones for another hour.
  package var instances: [EC2.Instance] = []
  /// Those with the connection's mark.
  package var groups: [EC2.SecurityGroup] = []
  package var secrets: [SecretsManagerClient.Secret] = []
  package var roles: [IAM.Role] = []
  package var profiles: [IAM.InstanceProfile] = []
  /// The policy of each role, by the role's name. Roles without a policy are missing here.
  package var policies: [String: String] = [:]
  /// The image for new machines; nil: there is none with the id or name.
  package var image: EC2.Image?
  /// Whether images were looked for.
  package var hasImages = false

  package init() {}

  package var isEmpty: Bool {
    instances.allSatisfy { $0.state == "terminated" } && groups.isEmpty && secrets.isEmpty && roles.isEmpty
      && profiles.isEmpty
  }

  package var connectorMachines: [ConnectorMachine] {
    instances.compactMap { instance in
      guard let key = instance.connectorKey else { return nil }
      let phases: [String: ConnectorMachine.Phase] = ["pending": .starting, "running": .running, "terminated": .ended]
      var machine = ConnectorMachine(
        id: instance.id,
        key: key,
        phase: phases[instance.state] ?? .halted(instance.state),
        imageID: instance.imageID,
        launched: instance.launched,
        zone: instance.zone
      )
      machine.cause = instance.stateReason
      machine.console = "aws ec2 get-console-output --instance-id \(instance.id)"
      return machine
    }
  }

  /// The instances that are pending or running.
  package var machines: [EC2.Instance] { instances.filter { ["pending", "running"].contains($0.state) } }
}

/// Names of the objects of a connection. Each contains the connection's UID, by which it is found.
struct AWSConnectorNames: Sendable {
  let mark: OwnershipMark

  /// The path of roles and instance profiles.
  var path: String { "/cloudlinker/\(mark.uid)/" }
  /// The prefix of secrets' names.
  var secretPrefix: String { "cloudlinker/\(mark.uid)/" }
  func secret(_ key: String) -> String { secretPrefix + key }
  /// The name of a role and of the instance profile that carries it; at most 64 characters.
  func role(_ seat: Int) -> String { "cloudlinker-\(mark.uid.filter { $0 != "-" })-\(seat)" }
  var group: String { "cloudlinker \(mark.namespace)/\(mark.name) connectors \(mark.uid.prefix(8))" }
  static let policy = "read-tokens"

  /// The seat that a role's or profile's name contains.
  func seat(ofRole name: String) -> Int {
    let prefix = role(0).dropLast()
    return name.hasPrefix(prefix) ? Int(name.dropFirst(prefix.count)) ?? 0 : 0
  }
}

/// Tags of a machine besides the marks.
enum AWSConnectorTag {
  /// Version of the tokens for which the machine was started.
  static let tokens = "cloudlinker.dev/tokens"
}
