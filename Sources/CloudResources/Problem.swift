public import Cloud

/// Something that stops a part of what is wanted, and that repeating a request does not cure.
public struct Problem<Part: Sendable & Hashable>: Sendable, Hashable {
  public var part: Part
  public var kind: ProblemKind
  /// What is wrong, where, and what to do.
  public var message: String

  public init(_ part: Part, _ kind: ProblemKind, _ message: String) {
    self.part = part
    self.kind = kind
    self.message = message
  }
}

/// Why something cannot be carried out. The same situation has the same kind in every cloud.
public enum ProblemKind: Sendable, Hashable, CaseIterable {
  /// The spec asks for what the cloud cannot have, or cannot have any more.
  case invalidSpec
  /// An object of that name, range or place belongs to someone else.
  case foreignObject
  /// What the spec names as existing is not there.
  case existingNotFound
  /// What should go is still in use.
  case inUse
  case quotaExceeded
  case permissionMissing
  case credentialsRefused
  /// The cloud refuses the request for what it says.
  case refusedByCloud
  /// The cloud accepted a change and then failed at it.
  case cloudFailure
  /// The object changed since it was read, or another change of it is under way: it is read again and tried again at once.
  case changedMeanwhile
  /// The cloud does not answer, is in trouble, or throttles.
  case cloudUnavailable

  /// The kind of a request that was refused.
  public init(refused error: CloudError) {
    self =
      switch error.kind {
      case .unauthenticated: .credentialsRefused
      case .forbidden: .permissionMissing
      case .quota: .quotaExceeded
      case .unsatisfiable: .invalidSpec
      // What the request names is not there.
      case .invalid, .notFound: .refusedByCloud
      case .inUse: .inUse
      case .alreadyExists: .foreignObject
      case .failed: .cloudFailure
      case .conflict: .changedMeanwhile
      case .throttled, .unavailable, .transport, .malformed: .cloudUnavailable
      }
  }

  /// The kind of a long operation that was accepted and then failed.
  public init(failed error: CloudError) {
    self =
      switch error.kind {
      case .quota: .quotaExceeded
      case .forbidden: .permissionMissing
      case .inUse: .inUse
      default: .cloudFailure
      }
  }
}
