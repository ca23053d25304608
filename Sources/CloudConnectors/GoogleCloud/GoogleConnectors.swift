package import Cloud
internal import CloudNetworks
package import Foundations
package import GoogleCloud

/// Runs the connectors of one connection as machines in Google Cloud. Everything is found by the connection's label, or by a
/// name that follows from its UID, so that nothing needs to be remembered. If a name is taken, its object exists already.
package struct GoogleConnectors: ConnectorCloud {
  package typealias Planner = GoogleConnectorPlanner
  let compute: ComputeClient
  let accounts: ServiceAccountClient
  let secrets: SecretManagerClient
  private let recent = RecentOperations<ComputeOperation.Handle>()

  /// - Parameters: the clients of the Backbone's project.
  package init(compute: ComputeClient, accounts: ServiceAccountClient, secrets: SecretManagerClient) {
    (self.compute, self.accounts, self.secrets) = (compute, accounts, secrets)
  }

  /// Sends five reads, two for each secret, and one for each operation that this process has under way.
  package func gather(_ desired: DesiredConnectors, now: Timestamp) async throws(CloudError) -> GoogleConnectorState {
    let names = desired.googleNames
    var state = GoogleConnectorState(project: compute.project)
    // First, so that the objects include everything that a finished operation has made.
    (state.busy, state.failures) = try await recent.look(at: now, where: { $0.contains(names.base) }) {
      (handle) async throws(CloudError) in
      guard let operation = try await compute.operation(handle) else { return .done }
      guard operation.isDone else { return .underWay }
      return operation.error.map { .failed($0) } ?? .done
    }
    let filter = "labels.\(GoogleConnectorLabel.connection)=\(GoogleCloudLabels.spelled(desired.mark.uid))"
    state.instances = try await compute.aggregatedList(Instance.self, filter: filter)
    for account in try await accounts.accounts() {
      if let seat = account.email.flatMap(names.seat(ofAccount:)) { state.accounts[seat] = account }
    }
    for direction in GoogleConnectorRole.Direction.allCases {
      state.rules[direction] = try await compute.get(Firewall.self, names.rule(direction), region: "")
    }
    for secret in try await secrets.secrets(filter: filter) {
      guard let key = secret.labels[GoogleConnectorLabel.connector] else { continue }
      var shown = GoogleConnectorState.Secret(id: secret.id, key: key, hasValue: false)
      shown.policy = try await secrets.policy(of: secret.id)
      shown.hasValue = try await secrets.hasVersion(secret.id)
      state.secrets.append(shown)
    }
    return state
  }

  package func perform(
    _ action: GoogleConnectorAction,
    _ desired: DesiredConnectors,
    now: Timestamp
  ) async throws(CloudError) {
    // For a request id that it knows, Compute Engine repeats its former answer, so each request has its own id. Names keep
    // objects from being made twice.
    let request = RequestID([action.description, action.id, now.description])
    do throws(CloudError) {
      switch action.verb {
      case .create(let content): try await write(content, action, request, isNew: true)
      case .update(let content): try await write(content, action, request, isNew: false)
      case .delete: try await delete(action, request)
      case .tag: break
      }
    } catch {
      switch (action.verb, error.kind) {
      case (.create, .alreadyExists), (.delete, .notFound): return
      default: throw Self.named(error)
      }
    }
  }

  private func write(
    _ content: GoogleConnectorContent,
    _ action: GoogleConnectorAction,
    _ request: RequestID,
    isNew: Bool
  ) async throws(CloudError) {
    switch content {
    case .account(let id, let account): try await accounts.create(id, account)
    case .rule(let rule):
      let operation =
        isNew
        ? try await compute.insert(rule, region: "", requestID: request)
        : try await compute.update(rule, region: "", requestID: request)
      recent.remember(operation.handle, of: action.id)
    case .secret(let secret, let region): try await secrets.create(secret, region: region)
    case .value(let text, let secret): try await secrets.add(text, to: secret)
    case .grant(let policy, let secret): try await secrets.setPolicy(policy, of: secret)
    case .machine(let instance, let zone):
      let operation = try await compute.insert(instance, region: zone, requestID: request)
      recent.remember(operation.handle, of: action.id)
    }
  }

  private func delete(_ action: GoogleConnectorAction, _ request: RequestID) async throws(CloudError) {
    switch action.role {
    case .account: try await accounts.delete(action.id)
    case .rule:
      let operation = try await compute.delete(.firewalls, action.id, region: "", requestID: request)
      recent.remember(operation.handle, of: action.id)
    case .secret: try await secrets.delete(action.id)
    // They go with the secret.
    case .value, .grant: break
    case .machine:
      let zone = String(action.id.prefix { $0 != "/" })
      let name = ComputeLink.name(action.id)
      let operation = try await compute.delete(.instances, name, region: zone, requestID: request)
      recent.remember(operation.handle, of: action.id)
    }
  }

  /// Other services do not know a new service account for about a minute, and refuse requests that name it.
  private static func named(_ error: CloudError) -> CloudError {
    guard error.kind == .invalid, error.message.lowercased().contains("service account"),
      error.message.contains("does not exist") || error.message.contains("not found")
    else { return error }
    var young = error
    young.kind = .notFound
    return young
  }
}
