package import AWS
internal import CloudNetworks

/// What AWS has of one connection. No secrets.
package struct AWSConnectorState: ConnectorCloudState {
  /// Terminated ones are among them for an hour.
  package var instances: [EC2.Instance] = []
  /// That bear the connection's mark.
  package var groups: [EC2.SecurityGroup] = []
  package var secrets: [SecretsManagerClient.Secret] = []
  package var roles: [IAM.Role] = []
  package var profiles: [IAM.InstanceProfile] = []
  /// The policy of each role, by the role's name; a role without one is missing.
  package var policies: [String: String] = [:]
  /// The one that new machines get; nil: there is none of that id or name.
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

  /// Pending and running ones.
  package var machines: [EC2.Instance] { instances.filter { ["pending", "running"].contains($0.state) } }
}

/// Names of what is made for a connection. Each holds the connection's UID: that is the mark of what is found by its name.
struct AWSConnectorNames: Sendable {
  let mark: OwnershipMark

  /// Of roles and instance profiles.
  var path: String { "/cloudlinker/\(mark.uid)/" }
  /// What names of secrets begin with.
  var secretPrefix: String { "cloudlinker/\(mark.uid)/" }
  func secret(_ key: String) -> String { secretPrefix + key }
  /// Of a role, and of the instance profile that carries it; at most 64 characters.
  func role(_ seat: Int) -> String { "cloudlinker-\(mark.uid.filter { $0 != "-" })-\(seat)" }
  var group: String { "cloudlinker \(mark.namespace)/\(mark.name) connectors \(mark.uid.prefix(8))" }
  static let policy = "read-tokens"

  /// The seat of a role's or profile's name.
  func seat(ofRole name: String) -> Int {
    let prefix = role(0).dropLast()
    return name.hasPrefix(prefix) ? Int(name.dropFirst(prefix.count)) ?? 0 : 0
  }
}

/// Tags of a machine besides the marks.
enum AWSConnectorTag {
  /// Id of the version of the tokens that the machine was started for.
  static let tokens = "cloudlinker.dev/tokens"
}
