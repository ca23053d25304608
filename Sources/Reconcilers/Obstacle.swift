internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// A failure between the operator and the API server that kept a pass from doing everything. The status reports it
/// beside what the pass saw, and the error itself causes the backoff.
struct Obstacle: Error, Equatable {
  /// The failed attempt, for example `apply Deployment cloudlinker-gateways/x`.
  var attempt: String
  var error: KubernetesError
  /// How many other attempts of the same pass failed.
  var others = 0

  /// The message for a condition with reason APIError. An obstacle of the same kind keeps the message that was written
  /// first: the errors of retries differ in a duration or a version, and must not cost a write each time.
  func message(before: [Condition]?) -> String {
    let start = "Could not \(attempt) (\(error.reason ?? error.kind.rawValue)): "
    if let told = before?[.reconciling]?.message, told.hasPrefix(start) { return told }
    let more = others > 0 ? " (and \(others) more)" : ""
    return "\(start)\(words)\(more). It is tried again with growing pauses"
  }

  /// The error without the request at its beginning, because the attempt says the same.
  private var words: Substring {
    let parts = error.message.split(separator: ": ", maxSplits: 1)
    guard parts.count == 2, attempt.hasPrefix(parts[0]) else { return error.message[...] }
    return parts[1]
  }

  /// A conflict is usual and not worth reporting.
  var isWorthTelling: Bool { error.kind != .conflict }
}

extension ConditionWriter {
  /// Sets Ready in spite of an obstacle.
  ///
  ///     what was seen             the spec is in force    Ready
  ///     Ready True                yes                     True, and what could not be done
  ///     Ready True                no                      False APIError: what was asked for is not what runs
  ///     False, for a reason       any                     False for that reason, and what could not be done
  ///     False, reason unknown     any                     False APIError
  ///     Unknown                   any                     Unknown, and what could not be done
  mutating func ready(
    _ seen: (status: Conditions.Status, reason: Reason, message: String),
    despite obstacle: Obstacle,
    isInForce: Bool,
    before: [Condition]?
  ) {
    let words = obstacle.message(before: before)
    let isCause = seen.status == .true ? !isInForce : seen.reason == .connecting || seen.reason == .progressing
    if isCause {
      self(.ready, .false, .apiError, "\(words); \(seen.message)")
    } else {
      self(.ready, seen.status, seen.reason, "\(seen.message). \(words)")
    }
    self(.reconciling, true, .apiError, words)
  }
}
