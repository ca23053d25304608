internal import Cloud
internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// A pass that could not read what it needs from the API server: the status keeps what it reported before.
struct ObstructedPass: KindPass {
  typealias Object = VPNConnection
  let connection: VPNConnection
  let now: Timestamp
  var obstacle: Obstacle?
  let next = ReconcileResult.requeueWithBackoff

  init(_ connection: VPNConnection, _ obstacle: Obstacle, now: Timestamp) {
    (self.connection, self.obstacle, self.now) = (connection, obstacle, now)
  }

  func act(_ logger: Logger) async {}

  var status: VPNConnectionStatus? {
    guard let obstacle, obstacle.isWorthTelling else { return nil }
    var status = connection.status ?? VPNConnectionStatus()
    let before = status.conditions ?? []
    var set = ConditionWriter(before: before, generation: connection.metadata.generation, now: now)
    for type in [ConditionType.accepted, .dependenciesReady, .connectorsReady, .resourcesReady] { set.keep(type) }
    let words = obstacle.message(before: before)
    if before[.ready]?.status == "True" { set.keep(.ready) } else { set(.ready, false, .apiError, words) }
    set(.reconciling, true, .apiError, words)
    status.conditions = set.conditions
    return status
  }
}

/// A pass that could not look at Twingate. Nothing is undone, and running connectors go on.
///
///     the failure                    Ready
///     may pass, is young             as it was
///     may pass, lasts over 5 min     Unknown
///     needs a person                 False
struct UnseenPass: KindPass {
  typealias Object = VPNConnection
  let facts: TwingateFacts
  let error: CloudError
  /// The time of the first look that failed.
  let since: Timestamp
  let verdict: TwingateTrouble
  var obstacle: Obstacle?

  /// - Parameter verdict: the meaning of the error for people; nil: as for Twingate's own errors.
  init(facts: TwingateFacts, error: CloudError, since: Timestamp, verdict: TwingateTrouble? = nil) {
    (self.facts, self.error, self.since) = (facts, error, since)
    self.verdict = verdict ?? TwingateTrouble(error)
  }

  func act(_ logger: Logger) async {
    logger.warning("could not look at Twingate", ["error": .string(error.description)])
  }

  var next: ReconcileResult { error.next }

  var status: VPNConnectionStatus? {
    let connection = facts.connection
    var status = connection.status ?? VPNConnectionStatus()
    let before = status.conditions ?? []
    var set = ConditionWriter(before: before, generation: connection.metadata.generation, now: facts.now)
    set(.accepted, true, .asExpected, "The spec is valid")
    for type in [ConditionType.connectorsReady, .resourcesReady] { set.keep(type) }
    if !error.isTransient {
      set(.dependenciesReady, false, verdict.reason, verdict.message)
      set(.ready, false, verdict.reason, verdict.message)
      set(.stalled, true, verdict.reason, verdict.message)
      status.observedGeneration = connection.metadata.generation
    } else if let silence = Silence(since: since, now: facts.now, patience: TwingateBackend.trust) {
      let message = "Twingate was last looked at \(silence.words): \(verdict.message)"
      set.keep(.dependenciesReady)
      set(.ready, .unknown, verdict.reason, message)
      set(.reconciling, true, verdict.reason, message)
    } else {
      guard before[.ready] != nil, before[.ready]?.reason != Reason.pending.rawValue else {
        set(.ready, .unknown, verdict.reason, verdict.message)
        set(.reconciling, true, verdict.reason, verdict.message)
        status.conditions = set.conditions
        return status
      }
      return nil
    }
    status.conditions = set.conditions
    return status
  }
}
