package import Cloud

/// An obstacle to a part of the wanted state that repeating a request does not remove.
package struct Problem<Part: Sendable & Hashable>: Sendable, Hashable {
  package var part: Part
  package var kind: ProblemKind
  /// The obstacle, where it is, and what to do about it.
  package var message: String

  package init(_ part: Part, _ kind: ProblemKind, _ message: String) {
    self.part = part
    self.kind = kind
    self.message = message
  }
}

/// Why something cannot be carried out. The same situation has the same kind in every cloud.
package enum ProblemKind: Sendable, Hashable, CaseIterable {
  /// The cloud cannot provide what the spec asks for, or can no longer provide it.
  case invalidSpec
  /// An object of that name, range or place belongs to someone else.
  case foreignObject
  /// An object that the spec names as existing does not exist.
  case existingNotFound
  /// An object that is to be deleted is still in use.
  case inUse
  case quotaExceeded
  case permissionMissing
  case credentialsRefused
  /// The cloud refuses the content of the request.
  case refusedByCloud
  /// The cloud accepted a change and then failed to carry it out.
  case cloudFailure
  /// The object changed since it was read, or another change is under way. The next pass reads it again at once.
  case changedMeanwhile
  /// The cloud does not answer, fails, or throttles.
  case cloudUnavailable

  /// The kind of problem that a refused request causes.
  package init(refused error: CloudError) {
    self =
      switch error.kind {
      case .unauthenticated: .credentialsRefused
      case .forbidden: .permissionMissing
      case .quota: .quotaExceeded
      case .unsatisfiable: .invalidSpec
      // An object that the request names does not exist.
      case .invalid, .notFound: .refusedByCloud
      case .inUse: .inUse
      case .alreadyExists: .foreignObject
      case .failed: .cloudFailure
      case .conflict: .changedMeanwhile
      case .throttled, .unavailable, .transport, .malformed: .cloudUnavailable
      }
  }

  /// The kind of problem that a long operation causes when it was accepted and then failed.
  package init(failed error: CloudError) {
    self =
      switch error.kind {
      case .quota: .quotaExceeded
      case .forbidden: .permissionMissing
      case .inUse: .inUse
      default: .cloudFailure
      }
  }
}
