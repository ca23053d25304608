public import Foundations

/// Everything but the objects that the operator remembers for its next pass.
public struct StoredLedger: Codable, Sendable, Hashable {
  public var version: Int
  /// Handles of operations under way, by the role of their object.
  public var operations: [String: String]?
  /// Settings, such as a route, that were once as specified and have no id of their own.
  public var settled: [String: String]?
  /// Creation times of objects that the cloud may not list yet, by role.
  public var fresh: [String: Timestamp]?
  /// Actions that the cloud refused, by their descriptions.
  public var refusals: [String: Refusal]?
  /// Writes that the cloud accepted and that failed later, by the ids of their objects.
  public var failures: [String: Failure]?
  public init(version: Int, operations: [String: String]? = nil, settled: [String: String]? = nil) {
    self.version = version
    self.operations = operations
    self.settled = settled
  }

  /// Why an action was refused, and when it is tried again.
  public struct Refusal: Codable, Sendable, Hashable {
    public var kind: String
    public var operation: String
    public var code: String
    public var message: String
    public var count: Int
    public var retryAt: Timestamp
    public init(kind: String, operation: String, code: String, message: String, count: Int, retryAt: Timestamp) {
      self.kind = kind
      self.operation = operation
      self.code = code
      self.message = message
      self.count = count
      self.retryAt = retryAt
    }
  }

  /// Why a write failed, and when it is repeated.
  public struct Failure: Codable, Sendable, Hashable {
    public var refusal: Refusal
    public var isDeletion: Bool
    public init(_ refusal: Refusal, isDeletion: Bool) {
      self.refusal = refusal
      self.isDeletion = isDeletion
    }
  }
}
