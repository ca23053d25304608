public import HTTPTransport

/// Why a call to a cloud's API failed, in terms that all three clouds share.
///
/// A reconciler decides by `kind` alone; `code` and `message` are the vendor's and meant for people. None of them
/// contains a secret.
public struct CloudError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Kind: String, Sendable, CaseIterable {
    /// The object does not exist, or was created so recently that the cloud does not show it yet.
    case notFound
    /// An object with that name or content exists already.
    case alreadyExists
    /// Something else still uses the object.
    case inUse
    /// Another operation is under way, or the object has changed meanwhile. Read it again and retry.
    case conflict
    /// There were too many requests. This says nothing about the object.
    case throttled
    /// The account has reached a limit. Waiting does not help.
    case quota
    /// The credentials are missing, wrong or expired.
    case unauthenticated
    /// The credentials lack the permission that `operation` names.
    case forbidden
    /// The service refuses the content of the request.
    case invalid
    /// A rule of the cloud forbids what was asked for. The message explains the rule and names the field to change.
    case unsatisfiable
    /// The service failed (5xx).
    case unavailable
    /// No answer came.
    case transport
    /// The answer does not conform to the API.
    case malformed
    /// A long operation ended in failure.
    case failed
  }

  public var kind: Kind
  /// The operation as the vendor's permissions call it, if they do: `ec2:CreateVpc`, `compute.networks.create`,
  /// `Microsoft.Network/virtualNetworks/write`.
  public var operation: String
  /// The vendor's code, such as `DependencyViolation`; empty when there was no answer.
  public var code: String
  public var message: String
  /// Whether the service may have carried out the request although it failed.
  public var mayHaveBeenProcessed: Bool
  /// The shortest time to wait, if the service named one.
  public var retryAfter: Duration?

  public init(
    _ kind: Kind,
    operation: String,
    code: String = "",
    message: String,
    mayHaveBeenProcessed: Bool = false,
    retryAfter: Duration? = nil
  ) {
    self.kind = kind
    self.operation = operation
    self.code = code
    self.message = message
    self.mayHaveBeenProcessed = mayHaveBeenProcessed
    self.retryAfter = retryAfter
  }

  public init(_ error: TransportError, operation: String) {
    self.init(
      .transport,
      operation: operation,
      message: error.message,
      mayHaveBeenProcessed: error.mayHaveBeenProcessed
    )
  }

  /// Whether the same call may succeed later although nobody changes anything.
  public var isTransient: Bool {
    switch kind {
    case .conflict, .throttled, .unavailable, .transport: true
    default: false
    }
  }

  public var description: String {
    let cause = code.isEmpty ? message : "\(code): \(message)"
    return kind == .forbidden ? "\(operation) is not permitted: \(cause)" : "\(operation): \(cause)"
  }
}
