public import HTTPTransport

/// Why a call to a cloud's API failed, in words that all three clouds share.
///
/// A reconciler decides by `kind` alone; `code` and `message` are the vendor's, for people. No secret is in any of them.
public struct CloudError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Kind: String, Sendable, CaseIterable {
    /// The object is not there; just after its creation that may change by itself.
    case notFound
    /// An object of that name or with that content is there already.
    case alreadyExists
    /// Something else still uses it.
    case inUse
    /// Another operation is under way or the object changed meanwhile: read again, try again.
    case conflict
    /// Too many requests. Says nothing about the object.
    case throttled
    /// A limit of the account is reached; waiting does not help.
    case quota
    /// The credentials are missing, wrong or expired.
    case unauthenticated
    /// The credentials may not do this; `operation` is what they lack.
    case forbidden
    /// The request is refused for what it says.
    case invalid
    /// What is asked for cannot be had, by a rule that the message explains: it names the field to change.
    case unsatisfiable
    /// The service has trouble (5xx).
    case unavailable
    /// No answer came.
    case transport
    /// The answer is not what the API promises.
    case malformed
    /// A long operation ended in failure.
    case failed
  }

  public var kind: Kind
  /// As the vendor's permissions name it where they do: `ec2:CreateVpc`, `compute.networks.create`,
  /// `Microsoft.Network/virtualNetworks/write`.
  public var operation: String
  /// The vendor's code, such as `DependencyViolation`; empty when there was no answer.
  public var code: String
  public var message: String
  /// Whether the service may have acted on it all the same.
  public var mayHaveBeenProcessed: Bool
  /// The least time to wait, where the service said so.
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

  /// Whether the same call may succeed later without anybody changing anything.
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
