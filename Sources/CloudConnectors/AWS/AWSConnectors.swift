package import AWS
package import Cloud
internal import CloudNetworks
package import Foundations

/// Runs the connectors of one connection as machines in AWS. Everything is found by the connection's mark in tags, or by its
/// UID in names and paths, so that nothing needs to be remembered. Every object has a name or is made with a token, so that a
/// repeated request makes nothing twice.
package struct AWSConnectors: ConnectorCloud {
  package typealias Planner = AWSConnectorPlanner
  let ec2: EC2Client
  let iam: IAMClient
  let secrets: SecretsManagerClient
  private let recent = RecentSecrets()

  package init(ec2: EC2Client, iam: IAMClient, secrets: SecretsManagerClient) {
    self.ec2 = ec2
    self.iam = iam
    self.secrets = secrets
  }

  /// - Parameter service: of EC2, in the Backbone's region and with its credentials.
  package init(_ service: ServiceClient, iam: AWSEndpoint, secrets: AWSEndpoint) {
    self.init(
      ec2: EC2Client(QueryClient(service, version: EC2Client.version)),
      iam: IAMClient(QueryClient(service.at(iam), version: IAMClient.version)),
      secrets: SecretsManagerClient(service.at(secrets))
    )
  }

  /// Sends five reads and one for each role, and one more if a machine has to be started.
  package func gather(_ desired: DesiredConnectors, now: Timestamp) async throws(CloudError) -> AWSConnectorState {
    let mark = EC2Client.Filter(tag: DesiredConnectors.key, desired.mark.value)
    var state = AWSConnectorState()
    state.instances = try await ec2.instances([mark])
    state.groups = try await ec2.securityGroups([mark])
    state.secrets = recent.overlay(
      try await secrets.secrets(under: desired.names.secretPrefix),
      under: desired.names.secretPrefix,
      now: now
    )
    do throws(CloudError) { try await addIdentities(desired, &state) } catch {
      // If the user names an instance profile, the credentials need no rights in IAM.
      guard desired.machine.profile != nil, error.kind == .forbidden else { throw error }
    }
    if desired.needsImage(state, now: now) {
      state.image = try await image(desired)
      state.hasImages = true
    }
    return state
  }

  private func addIdentities(
    _ desired: DesiredConnectors,
    _ state: inout AWSConnectorState
  ) async throws(CloudError) {
    state.profiles = try await iam.instanceProfiles(under: desired.names.path)
    state.roles = try await iam.roles(under: desired.names.path)
    for role in state.roles {
      state.policies[role.name] = try await iam.policy(AWSConnectorNames.policy, of: role.name)
    }
  }

  private func image(_ desired: DesiredConnectors) async throws(CloudError) -> EC2.Image? {
    if let id = desired.machine.imageID {
      return try await ec2.images([EC2Client.Filter("image-id", [id])]).first
    }
    let filters = [
      EC2Client.Filter("name", [DesiredConnectors.imageName]), EC2Client.Filter("state", ["available"]),
    ]
    return try await ec2.images(owners: [DesiredConnectors.imageOwner], filters).max { $0.created < $1.created }
  }

  package func perform(
    _ action: AWSConnectorAction,
    _ desired: DesiredConnectors,
    now: Timestamp
  ) async throws(CloudError) {
    switch action.verb {
    case .create(let content), .update(let content):
      try await write(content, action, desired)
      if case .secret(_, let version) = content { recent.remember(action.id, version: version, at: now) }
    case .delete:
      try await delete(action)
      if case .secret = action.role { recent.remember(action.id, version: nil, at: now) }
    case .tag: break
    }
  }

  private func write(
    _ content: AWSConnectorContent,
    _ action: AWSConnectorAction,
    _ desired: DesiredConnectors
  ) async throws(CloudError) {
    let tags = desired.tags(action.role)
    let words = "Connector of VPNConnection \(desired.mark.namespace)/\(desired.mark.name), made by cloudlinker"
    switch content {
    case .group(let name, let networkID):
      do throws(CloudError) {
        _ = try await ec2.createSecurityGroup(
          name: name,
          description: "Connectors of a VPNConnection, made by cloudlinker",
          vpcID: networkID,
          tags: tags
        )
      } catch {
        // The name contains the connection's UID, so EC2 does not show its own group yet.
        if error.kind != .alreadyExists { throw error }
      }
    case .rules(let change):
      try await ec2.revoke(.ingress, change.removedIn, groupID: action.id)
      try await ec2.revoke(.egress, change.removedOut, groupID: action.id)
      try await ec2.authorize(.egress, change.addedOut, groupID: action.id)
    case .role(let trust):
      try await iam.createRole(
        action.id,
        path: desired.names.path,
        trust: trust,
        description: words,
        tags: Self.forIAM(tags)
      )
    case .policy(let role, let document):
      try await iam.putPolicy(AWSConnectorNames.policy, document, of: role)
    case .profile:
      try await iam.createInstanceProfile(action.id, path: desired.names.path, tags: Self.forIAM(tags))
    case .carrier(let role):
      try await iam.addRole(role, to: role)
    case .secret(let value, let version):
      if case .update = action.verb {
        try await secrets.putValue(value, version: version, of: action.id)
      } else {
        try await secrets.createSecret(action.id, value, version: version, description: words, tags: tags)
      }
    case .machine(let request): _ = try await ec2.runInstance(request)
    }
  }

  /// Leaves out tags with characters that IAM does not take. EC2 takes more (API reference, "Tag").
  static func forIAM(_ tags: [String: String]) -> [String: String] {
    func isTaken(_ text: String) -> Bool {
      text.allSatisfy { $0.isLetter || $0.isNumber || "_.:/=+-@ ".contains($0) }
    }
    return tags.filter { isTaken($0.key) && isTaken($0.value) }
  }

  private func delete(_ action: AWSConnectorAction) async throws(CloudError) {
    let parts = action.id.split(separator: "/").map(String.init)
    switch action.role {
    case .firewall: try await ec2.deleteSecurityGroup(action.id)
    case .machine: try await ec2.terminateInstance(action.id)
    case .secret: try await secrets.deleteSecret(action.id)
    case .role: try await iam.deleteRole(action.id)
    case .profile: try await iam.deleteInstanceProfile(action.id)
    case .policy: try await iam.deletePolicy(parts[1], of: parts[0])
    case .carrier: try await iam.removeRole(parts[1], from: parts[0])
    }
  }
}
