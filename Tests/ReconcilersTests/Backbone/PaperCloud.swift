import Cloud
import CloudLinkerAPI
import CloudResources
import Foundations
import Kubernetes

@testable import CloudNetworks
@testable import Reconcilers

/// A cloud that knows nothing but roles: the network, each subnet, a gateway that is pending for a while.
final class PaperCloud: NetworkProvider {
  struct Action: PlanAction {
    enum Verb: String { case create, delete, release }
    var verb: Verb
    var role: String
    var description: String { "\(verb.rawValue) \(role)" }
    var provides: Set<String> { [role] }
    var needs: Set<String> { verb == .create && role != "network" ? ["network"] : [] }
    var part: NetworkPart { role == "network" ? .network : role == "gateway" ? .egress : .subnets }
  }
  struct State {
    var objects: [String: String] = [:]
    /// Of other Backbones too.
    var marked: [MarkedNetwork] = []
    /// Whose they are; nil: whoever asks.
    var mark: String?
    var isGatewayPending = false
    var count = 0
    var calls: [String] = []
    var fault: @Sendable (String) -> CloudError? = { _ in nil }
    /// Those of the last client that was made.
    var credentials: CloudCredentials?
    /// Those that it does not accept.
    var refused: CloudCredentials?
  }
  let state = Locked(State())

  func zones() async throws(CloudError) -> [String] {
    try call("zones")
    return ["a", "b", "c", "d"]
  }

  func markedNetworks() async throws(CloudError) -> [MarkedNetwork] {
    try call("marked networks")
    return state.withLock { $0.marked }
  }

  func gather(_ desired: DesiredNetwork, _ goal: NetworkGoal) async throws(CloudError) -> State {
    try call("gather")
    return state.withLock { state in
      var seen = state
      if let mark = state.mark, mark != desired.mark.value { seen.objects = [:] }
      return seen
    }
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
      for role in observed.objects.keys.sorted().reversed() {
        let action = Action(verb: verb, role: role)
        plan.act(action.part, action)
      }
      plan.isGone = observed.objects.isEmpty
      return plan
    }
    for role in roles(desired) where observed.objects[role] == nil {
      let action = Action(verb: .create, role: role)
      plan.act(action.part, action, repairs: desired.knownIDs[role] == nil ? [] : ["\(role) was deleted"])
    }
    if observed.isGatewayPending { plan.wait(.egress, "gateway \(observed.objects["gateway"] ?? "") is pending") }
    plan.judge()
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

  func perform(_ action: Action, _ desired: DesiredNetwork, _ ledger: inout Ledger) async throws(CloudError) {
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
    ledger.ids[action.role] = id
  }

  private func call(_ name: String) throws(CloudError) {
    let error = state.withLock { state -> CloudError? in
      state.calls.append(name)
      if let refused = state.refused, refused == state.credentials {
        return CloudError(.unauthenticated, operation: name, message: "no such key")
      }
      return state.fault(name)
    }
    if let error { throw error }
  }
}
