public import Cloud
public import CloudLinkerAPI
public import Foundations

/// One cloud's networks: how they are seen, what would have to be done, and the doing.
///
/// `gather` and `perform` are the only doors to the network; `plan` is pure, so that a cloud's rules are tested as a
/// table of states. Any of them may be followed by the death of the process: the next `gather` finds by mark what was
/// made, and `plan` goes on from there.
public protocol NetworkProvider: Sendable {
  /// Everything that the plan needs, from as few calls as it takes. No secrets.
  associatedtype Observed: Sendable
  /// One call that changes something, with all it needs but what an action before it in the list makes. Its description
  /// says what it does, for the plan in status: `create NAT gateway a in subnet public-a`.
  associatedtype Action: Sendable, CustomStringConvertible

  /// Names of the region's zones that can be used, sorted.
  func zones() async throws(CloudError) -> [String]

  func gather(_ desired: DesiredNetwork) async throws(CloudError) -> Observed

  static func plan(_ desired: DesiredNetwork, goal: NetworkGoal, _ observed: Observed, now: Timestamp)
    -> NetworkPlan<Action>

  /// Does one action. Repeating it does no harm. What it makes it enters into `made`, by role; there actions that come
  /// later in the same plan find the ids they need.
  func perform(_ action: Action, _ desired: DesiredNetwork, made: inout [String: String]) async throws(CloudError)
}

public enum NetworkGoal: Sendable, Hashable {
  /// As the spec says.
  case present
  /// All that bears our mark deleted, in order, from what is observed.
  case absent
  /// Our marks removed, and everything left (`deletionPolicy: Retain`).
  case released
}

public struct NetworkPlan<Action: Sendable & CustomStringConvertible>: Sendable {
  /// What can be done now, in order. An action that needs what is not ready yet is left to the next plan, and named in
  /// `later`.
  public var actions: [Action] = []
  /// What comes after, in words: for plan mode, which lists both.
  public var later: [String] = []
  /// What in `actions` undoes somebody else's change, in words; each becomes an event.
  public var repairs: [String] = []
  /// What is under way in the cloud: `NAT gateway nat-0a1b in eu-west-1a is pending`.
  public var waiting: [String] = []
  /// Nothing is done about these.
  public var problems: [NetworkProblem] = []
  /// Of every part whether it is as it should be.
  public var parts: [NetworkPart: PartState] = [:]
  public var report = NetworkReport()
  /// For `absent` and `released`: nothing of ours is left.
  public var isGone = false
  /// When to look again although nothing happened; nil: at the next look for drift.
  public var lookAgainAfter: Duration?
  public init() {}
}

/// What only a person can resolve.
public struct NetworkProblem: Sendable, Hashable {
  public var part: NetworkPart
  /// A raw value of CloudLinkerAPI's `Reason`.
  public var reason: String
  /// What is wrong, where, and what to do.
  public var message: String
  public init(_ part: NetworkPart, reason: String, message: String) {
    self.part = part
    self.reason = reason
    self.message = message
  }
}

/// Each is a condition of the Backbone: `NetworkReady`, …
public enum NetworkPart: String, Sendable, Hashable, CaseIterable { case network, subnets, routes, egress, firewall }

public enum PartState: Sendable, Hashable {
  case ready
  /// On its way; the words follow "waiting for".
  case pending(String)
}

/// What a Backbone's status tells of a network.
public struct NetworkReport: Sendable, Hashable {
  public var networkID: String?
  public var subnets: [BackboneStatus.Subnet] = []
  /// Public addresses that connections from inside come from.
  public var egressAddresses: [String] = []
  public var firewallIDs: [String] = []
  /// Every object of ours by role, for `DesiredNetwork.knownIDs` of the next reconcile.
  public var ids: [String: String] = [:]
  public init() {}
}
