import Cloud
import CloudResources
import Foundations
import Twingate

@testable import TwingateResources

/// A tenant in memory. It follows the rules of Twingate that a plan could break, and loses answers when told to.
final class PaperTenant: TwingateTenant {
  enum Fault: Sendable { case works, before, after, refused }
  struct State: Sendable {
    var seen = ObservedTwingate()
    /// The pair of tokens with which each connector can log in, by its id.
    var tokens: [String: ConnectorTokens] = [:]
    var number = 0
    var performed: [TwingateAction] = []
    var looks = 0
    var fault: @Sendable (TwingateAction) -> Fault = { _ in .works }
    var now = Timestamp(seconds: 1_800_000_000)

    mutating func id(_ kind: String) -> String {
      number += 1
      return "\(kind)-\(number)"
    }
  }
  let state: Locked<State>

  init() {
    var state = State()
    state.seen.securityPolicies = [
      SecurityPolicy(id: "policy-default", name: SecurityPolicy.defaultName),
      SecurityPolicy(id: "policy-strict", name: "Strict"),
    ]
    state.seen.users = ["ann", "bob", "cem"].map { User(id: "user-\($0)", email: "\($0)@acme.com") }
    state.seen.groups = ["Developers", "Contractors"].map { Group(id: "group-\($0)", name: $0) }
    state.seen.groups.append(Group(id: "group-Staff", name: "Staff", type: .synced))
    for group in state.seen.groups { state.seen.members[group.id] = state.seen.users }
    self.state = Locked(state)
  }

  var seen: ObservedTwingate { state.withLock { $0.seen } }
  var performed: [TwingateAction] { state.withLock { $0.performed } }

  func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

  func look(
    _ question: TwingateQuestion,
    made: Set<String>,
    lane: Lane
  ) async throws(CloudError) -> ObservedTwingate {
    state.withLock { state in
      state.looks += 1
      var seen = state.seen
      seen.remoteNetworks.removeAll { !question.remoteNetworks.contains($0.name) && $0.id != question.remoteNetworkID }
      let own = Set(seen.remoteNetworks.filter { question.isOwn($0) }.map(\.id))
      seen.resources.removeAll { resource in
        !own.contains(resource.remoteNetworkID) && question.owner.origin(of: resource) == nil
      }
      let asked = Set(seen.groups.filter { question.isAsked($0) }.map(\.id))
      seen.members = seen.members.filter { asked.contains($0.key) }
      seen.users.removeAll { !question.emails.contains($0.email) }
      return seen
    }
  }

  func perform(_ action: TwingateAction) async throws(CloudError) -> TwingateOutcome {
    let result: Result<TwingateOutcome, CloudError> = state.withLock { state in
      let fault = state.fault(action)
      let name = "\(action.call)".prefix { $0 != "(" }
      func failed(_ kind: CloudError.Kind, _ mayHaveBeenProcessed: Bool = false) -> Result<TwingateOutcome, CloudError>
      {
        .failure(
          CloudError(kind, operation: String(name), message: "injected", mayHaveBeenProcessed: mayHaveBeenProcessed)
        )
      }
      switch fault {
      case .before: return failed(.transport)
      case .refused: return failed(.invalid)
      case .works, .after: break
      }
      state.performed.append(action)
      let result = state.apply(action)
      return fault == .after ? failed(.transport, true) : result
    }
    return try result.get()
  }
}

extension PaperTenant.State {
  private func refused(_ kind: CloudError.Kind, _ message: String) -> Result<TwingateOutcome, CloudError> {
    .failure(CloudError(kind, operation: "test", message: message))
  }

  fileprivate mutating func apply(_ action: TwingateAction) -> Result<TwingateOutcome, CloudError> {
    let outcome: TwingateOutcome
    switch action.call {
    case .createRemoteNetwork(let name, let location):
      guard !seen.remoteNetworks.contains(where: { $0.name == name }) else { return refused(.alreadyExists, name) }
      outcome = .remoteNetwork(RemoteNetwork(id: id("network"), name: name, location: location.rawValue))
    case .updateRemoteNetwork(let id, let name, let location):
      guard var network = seen.remoteNetworks.first(where: { $0.id == id }) else { return refused(.notFound, id) }
      guard name == nil || !seen.remoteNetworks.contains(where: { $0.name == name }) else {
        return refused(.alreadyExists, id)
      }
      network.name = name ?? network.name
      network.location = location?.rawValue ?? network.location
      outcome = .remoteNetwork(network)
    case .deleteRemoteNetwork(let id):
      let isUsed =
        seen.connectors.contains { $0.remoteNetworkID == id } || seen.resources.contains { $0.remoteNetworkID == id }
      guard !isUsed else { return refused(.inUse, id) }
      outcome = .done
    case .createConnector(let name, let network, let notifies):
      guard seen.remoteNetworks.contains(where: { $0.id == network }) else { return refused(.notFound, network) }
      guard name.count <= Connector.longestName else { return refused(.invalid, name) }
      outcome = .connector(
        Connector(id: id("connector"), name: name, remoteNetworkID: network, notifiesWhenOffline: notifies)
      )
    case .updateConnector(let id, let name, let notifies):
      guard var connector = seen.connectors.first(where: { $0.id == id }) else { return refused(.notFound, id) }
      connector.name = name ?? connector.name
      connector.notifiesWhenOffline = notifies ?? connector.notifiesWhenOffline
      outcome = .connector(connector)
    case .makeTokens(let id):
      guard seen.connectors.contains(where: { $0.id == id }) else { return refused(.notFound, id) }
      let pair = ConnectorTokens(access: SecretText(self.id("access")), refresh: SecretText(self.id("refresh")))
      tokens[id] = pair
      outcome = .tokens(pair)
    case .createResource(let draft):
      guard seen.remoteNetworks.contains(where: { $0.id == draft.remoteNetworkID }),
        draft.groupIDs.allSatisfy({ id in seen.groups.contains { $0.id == id } })
      else { return refused(.notFound, draft.name) }
      outcome = .resource(Resource(id: id("resource"), draft))
    case .updateResource(let id, let change):
      guard var resource = seen.resources.first(where: { $0.id == id }) else { return refused(.notFound, id) }
      resource.apply(change)
      outcome = .resource(resource)
    case .grant(let id, let grants):
      let known = Set(seen.groups.map(\.id) + seen.serviceAccounts.map(\.id))
      guard seen.resources.contains(where: { $0.id == id }), grants.allSatisfy({ known.contains($0.principalID) })
      else {
        return refused(.notFound, id)
      }
      outcome = .done
    case .revoke(let id, _):
      guard seen.resources.contains(where: { $0.id == id }) else { return refused(.notFound, id) }
      outcome = .done
    case .createGroup(let name, _): outcome = .group(Group(id: id("group"), name: name))
    case .renameGroup(let id, let name):
      guard var group = seen.groups.first(where: { $0.id == id }) else { return refused(.notFound, id) }
      group.name = name
      outcome = .group(group)
    case .changeMembers(let id, _, _):
      guard let group = seen.groups.first(where: { $0.id == id }) else { return refused(.notFound, id) }
      outcome = .group(group)
    case .createServiceAccount(let name): outcome = .serviceAccount(ServiceAccount(id: id("account"), name: name))
    case .renameServiceAccount(let id, let name): outcome = .serviceAccount(ServiceAccount(id: id, name: name))
    case .createKey(let account, let name, _):
      guard seen.serviceAccounts.contains(where: { $0.id == account }) else { return refused(.notFound, account) }
      let key = ServiceAccountKey(id: id("key"), name: name, createdAt: now)
      outcome = .key(ServiceAccountKeyCreation(key: key, token: SecretText(id("token"))))
    case .deleteConnector, .deleteResource, .deleteGroup, .revokeKey, .deleteKey, .deleteServiceAccount: outcome = .done
    }
    seen.record(action, outcome)
    return .success(outcome)
  }
}

extension Resource {
  fileprivate mutating func apply(_ change: ResourceChange) {
    func applied<Value: Sendable & Hashable>(_ change: FieldChange<Value>, to old: Value?) -> Value? {
      switch change {
      case .keep: old
      case .clear: nil
      case .set(let value): value
      }
    }
    name = change.name ?? name
    address = change.address ?? address
    remoteNetworkID = change.remoteNetworkID ?? remoteNetworkID
    alias = applied(change.alias, to: alias)
    protocols = change.protocols ?? protocols
    securityPolicyID = applied(change.securityPolicyID, to: securityPolicyID)
    isActive = change.isActive ?? isActive
    tags = change.tags ?? tags
    approvalMode = applied(change.approvalMode, to: approvalMode)
    accessPolicy = applied(change.accessPolicy, to: accessPolicy)
  }
}

/// Stores what outlives a crash.
final class PaperMemory: TwingateMemory {
  struct Kept: Sendable {
    struct Tokens: Sendable {
      var id: String
      var pair: ConnectorTokens
      var rotation: String
    }
    var ledger = Ledger()
    var tokens: [String: Tokens] = [:]
    var keys: [String: String] = [:]
    var isBroken = false
  }
  let kept = Locked(Kept())

  private func change(_ body: (inout Kept) -> Void) throws(CloudError) {
    let isBroken = kept.withLock { kept in
      if !kept.isBroken { body(&kept) }
      return kept.isBroken
    }
    if isBroken { throw CloudError(.transport, operation: "memory", message: "injected") }
  }

  func keep(_ ledger: Ledger) async throws(CloudError) { try change { $0.ledger = ledger } }
  func store(_ pair: ConnectorTokens, connector: String, id: String, rotation: String) async throws(CloudError) {
    try change { $0.tokens[connector] = .init(id: id, pair: pair, rotation: rotation) }
  }
  func store(_ key: ServiceAccountKeyCreation, serviceAccount: String) async throws(CloudError) {
    try change { $0.keys[serviceAccount] = key.key.id }
  }
}
