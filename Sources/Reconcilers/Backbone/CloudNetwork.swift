internal import Cloud
internal import CloudClusters
internal import CloudConnectors
internal import CloudNetworks
internal import CloudResources
internal import Foundations

/// A type-erased `NetworkProvider`.
struct CloudNetwork: Sendable {
  let account: CloudAccount
  /// Machines of connectors in the network; nil: a cloud of the tests has none.
  var connectors: (any ConnectorCloud)?
  /// Kubernetes clusters in it; nil: not supported in this cloud.
  var cluster: CloudCluster?
  struct Action: PlanAction {
    typealias Perform =
      @Sendable (_ desired: DesiredNetwork, _ ledger: inout Ledger) async throws(CloudError) -> Void
    var description: String
    var provides: Set<String>
    var needs: Set<String>
    var perform: Perform
  }
  /// Names of the region's usable zones, sorted.
  var zones: @Sendable () async throws(CloudError) -> [String]
  /// The networks of this account and region that bear the mark of any Backbone.
  var marked: @Sendable () async throws(CloudError) -> [MarkedNetwork]
  /// See `NetworkProvider.otherAccount`.
  var otherAccount: @Sendable (_ account: String, _ networkID: String) async throws(CloudError) -> String?
  /// Reads the network and plans changes.
  var plan:
    @Sendable (_ desired: DesiredNetwork, _ goal: NetworkGoal, _ now: Timestamp) async throws(CloudError)
      -> NetworkPlan<Action>

  init(_ provider: some NetworkProvider, _ account: CloudAccount) {
    self.account = account
    zones = { () async throws(CloudError) -> [String] in try await provider.zones() }
    otherAccount = { (account, networkID) async throws(CloudError) -> String? in
      try await provider.otherAccount(than: account, seeing: networkID)
    }
    marked = { () async throws(CloudError) -> [MarkedNetwork] in try await provider.markedNetworks() }
    plan = { (desired, goal, now) async throws(CloudError) -> NetworkPlan<Action> in
      try await Self.plan(provider, desired, goal, now)
    }
  }

  private static func plan<Provider: NetworkProvider>(
    _ provider: Provider,
    _ desired: DesiredNetwork,
    _ goal: NetworkGoal,
    _ now: Timestamp
  ) async throws(CloudError) -> NetworkPlan<Action> {
    let observed = try await provider.gather(desired, goal)
    let plan = Provider.plan(desired, goal: goal, observed, now: now)
    return plan.map { action($0, of: provider) }
  }

  static func action<Provider: NetworkProvider>(_ action: Provider.Action, of provider: Provider) -> Action {
    Action(description: action.description, provides: action.provides, needs: action.needs) {
      (desired, ledger) async throws(CloudError) in
      try await provider.perform(action, desired, &ledger)
    }
  }
}
