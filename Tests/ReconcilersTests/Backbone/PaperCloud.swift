import Cloud
import CloudLinkerAPI
import Foundations
import Kubernetes

@testable import Reconcilers

/// A cloud that knows nothing but roles: the network, each subnet, a gateway that is pending for a while.
final class PaperCloud: NetworkProvider {
  struct Action: Sendable, CustomStringConvertible {
    enum Verb: String { case create, delete, release }
    var verb: Verb
    var role: String
    var description: String { "\(verb.rawValue) \(role)" }
  }
  struct State {
    var objects: [String: String] = [:]
    var isGatewayPending = false
    var count = 0
    var calls: [String] = []
    var fault: @Sendable (String) -> CloudError? = { _ in nil }
  }
  let state = Locked(State())

  func zones() async throws(CloudError) -> [String] {
    try call("zones")
    return ["a", "b", "c", "d"]
  }

  func gather(_ desired: DesiredNetwork) async throws(CloudError) -> State {
    try call("gather")
    return state.withLock { $0 }
  }

  static func roles(_ desired: DesiredNetwork) -> [String] {
    ["network"] + desired.subnets.map { "subnet-\($0.name)" } + ["gateway"]
  }

  static func plan(_ desired: DesiredNetwork, goal: NetworkGoal, _ observed: State, now: Timestamp)
    -> NetworkPlan<Action>
  {
    var plan = NetworkPlan<Action>()
    guard goal == .present else {
      let verb: Action.Verb = goal == .absent ? .delete : .release
      plan.actions = observed.objects.keys.sorted().reversed().map { Action(verb: verb, role: $0) }
      plan.isGone = observed.objects.isEmpty
      return plan
    }
    plan.actions = roles(desired).filter { observed.objects[$0] == nil }.map { Action(verb: .create, role: $0) }
    if observed.isGatewayPending { plan.waiting = ["gateway \(observed.objects["gateway"] ?? "") is pending"] }
    for part in NetworkPart.allCases { plan.parts[part] = plan.actions.isEmpty ? .ready : .pending("the rest") }
    plan.report.ids = observed.objects
    plan.report.networkID = observed.objects["network"]
    plan.report.egressAddresses = observed.objects["gateway"] == nil ? [] : ["203.0.113.7"]
    plan.report.subnets = desired.subnets.compactMap { subnet in
      observed.objects["subnet-\(subnet.name)"].map {
        .init(name: subnet.name, id: $0, zone: subnet.zone, cidr: subnet.cidr.description)
      }
    }
    return plan
  }

  func perform(_ action: Action, _ desired: DesiredNetwork, made: inout [String: String]) async throws(CloudError) {
    try call(action.description)
    let id = state.withLock { state -> String? in
      guard action.verb == .create else {
        state.objects[action.role] = nil
        return nil
      }
      state.count += 1
      state.objects[action.role] = "id-\(state.count)"
      if action.role == "gateway" { state.isGatewayPending = true }
      return state.objects[action.role]
    }
    made[action.role] = id
  }

  private func call(_ name: String) throws(CloudError) {
    let error = state.withLock { state in
      state.calls.append(name)
      return state.fault(name)
    }
    if let error { throw error }
  }
}
