internal import Cloud
internal import Foundations

/// A `NetworkProvider` of which nobody needs to know any more which cloud it is.
struct CloudNetwork: Sendable {
  let account: CloudAccount
  struct Action: Sendable, CustomStringConvertible {
    typealias Perform =
      @Sendable (_ desired: DesiredNetwork, _ made: inout [String: String]) async throws(CloudError) -> Void
    var description: String
    var perform: Perform
  }
  /// Names of the region's zones that can be used, sorted.
  var zones: @Sendable () async throws(CloudError) -> [String]
  /// Looks, and says what would have to be done.
  var plan:
    @Sendable (_ desired: DesiredNetwork, _ goal: NetworkGoal, _ now: Timestamp) async throws(CloudError)
      -> NetworkPlan<Action>

  init(_ provider: some NetworkProvider, _ account: CloudAccount) {
    self.account = account
    zones = { () async throws(CloudError) -> [String] in try await provider.zones() }
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
    let observed = try await provider.gather(desired)
    let plan = Provider.plan(desired, goal: goal, observed, now: now)
    return plan.map { action in
      Action(description: action.description) { (desired, made) async throws(CloudError) in
        try await provider.perform(action, desired, made: &made)
      }
    }
  }
}

extension NetworkPlan {
  func map<Other>(_ body: (Action) -> Other) -> NetworkPlan<Other> {
    var other = NetworkPlan<Other>()
    other.actions = actions.map(body)
    other.later = later
    other.repairs = repairs
    other.waiting = waiting
    other.problems = problems
    other.parts = parts
    other.report = report
    other.isGone = isGone
    other.lookAgainAfter = lookAgainAfter
    return other
  }
}
