internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Something between the operator and the API server that kept a pass from doing all it should. It goes into the status
/// beside what the pass saw; the error itself goes on to the backoff.
struct Obstacle: Error, Equatable {
  /// For example `apply Deployment cloudlinker-gateways/x`.
  var attempt: String
  var error: KubernetesError
  /// How many other attempts of the same pass failed.
  var others = 0

  /// For a condition of reason APIError. An obstacle of the same kind keeps the words that were written first: an error
  /// of the next try differs in a duration or a version, and must not cost a write each time.
  func message(before: [Condition]?) -> String {
    let start = "Could not \(attempt) (\(error.reason ?? error.kind.rawValue)): "
    if let told = before?[.reconciling]?.message, told.hasPrefix(start) { return told }
    let more = others > 0 ? " (and \(others) more)" : ""
    return "\(start)\(words)\(more). It is tried again with growing pauses"
  }

  /// The error without the request that it begins with, where the attempt says the same.
  private var words: Substring {
    let parts = error.message.split(separator: ": ", maxSplits: 1)
    guard parts.count == 2, attempt.hasPrefix(parts[0]) else { return error.message[...] }
    return parts[1]
  }

  /// That somebody else was faster is usual, and nothing to tell.
  var isWorthTelling: Bool { error.kind != .conflict }
}

extension ConditionWriter {
  /// What Ready is in spite of an obstacle.
  ///
  ///     what was seen             the spec is in force    Ready
  ///     Ready True                yes                     True, and what could not be done
  ///     Ready True                no                      False APIError: what was asked for is not what runs
  ///     False, for a cause        any                     False for that cause, and what could not be done
  ///     False, cause not known    any                     False APIError
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
