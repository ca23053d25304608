public import Foundations

/// Keys for signing requests. Neither printing nor interpolating them shows the secret parts.
public struct AWSCredentials: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
  public var accessKeyID: String
  public var secretAccessKey: String
  /// Present in temporary credentials.
  public var sessionToken: String?
  /// Nil: they do not expire.
  public var expiration: Timestamp?

  public init(
    accessKeyID: String,
    secretAccessKey: String,
    sessionToken: String? = nil,
    expiration: Timestamp? = nil
  ) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
    self.expiration = expiration
  }

  public var description: String { "AWS credentials \(accessKeyID)" }
  public var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}

extension AWSCredentials: CustomDebugStringConvertible {
  public var debugDescription: String { description }
}
