internal import Cloud
internal import CloudLinkerAPI
internal import CloudResources
internal import ControllerRuntime
internal import Foundations

/// A part of what an object has in its cloud, each with a condition of its own.
protocol ConditionedPart: Sendable, Hashable, CaseIterable {
  var condition: ConditionType { get }
}

/// The result of a pass over what an object has in its cloud.
enum CloudOutcome<Part: ConditionedPart, Action: PlanAction, Report: Sendable>: Sendable {
  case refused(Refusal)
  case suspended
  /// Read and carried out, except for `failures`; in plan mode only read.
  case planned(ResourcePlan<Part, Action, Report>, failures: [PlanRun<Part, Action, Report>.Failure])
  /// It could not be read. With a time: it has not been read since then.
  case failed(CloudError, unseenSince: Timestamp?)
  /// The cloud has not answered since then, so what was seen before may no longer hold.
  case unseen(CloudError, since: Timestamp, Silence)
  /// The cluster's own API server failed, before the cloud was asked or after it answered.
  case obstructed(Obstacle)
}

extension CloudOutcome {
  /// Why the cloud could not be read; nil if it was read, or nobody asked it.
  var lookError: CloudError? {
    switch self {
    case .failed(let error, _), .unseen(let error, _, _): error
    case .refused, .suspended, .planned, .obstructed: nil
    }
  }
}

extension CloudError {
  /// The reason for a condition, and its message: the cloud's own words, and what to do about it.
  var verdict: (reason: Reason, message: String) {
    let kind = ProblemKind(refused: self)
    let cure =
      switch kind {
      case .credentialsRefused:
        ": correct the Secret that spec.credentialsSecretRef of the Backbone names, or the operator's identity if it names none"
      case .permissionMissing: ": grant it; manifests/permissions has all that is needed"
      case .quotaExceeded: ": have the limit raised, or ask for less"
      case .changedMeanwhile: ": it is read again and tried again at once"
      default: ""
      }
    let words = "\(self)"
    return (Reason(kind), cure.isEmpty ? words : (words.hasSuffix(".") ? String(words.dropLast()) : words) + cure)
  }
}
