/// https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts
public struct ServiceAccount: Codable, Sendable, Hashable {
  public var email: String?
  public var displayName: String?
  public var description: String?
  public var disabled: Bool?
  /// - Parameters:
  ///   - displayName: at most 100 bytes.
  ///   - description: at most 256 bytes.
  public init(displayName: String, description: String) {
    (self.displayName, self.description) = (displayName, description)
  }

  /// - Parameter id: 6 to 30 lower-case letters, digits and hyphens; a letter first.
  public static func email(_ id: String, project: String) -> String { "\(id)@\(project).iam.gserviceaccount.com" }
}

/// https://cloud.google.com/iam/docs/reference/rest/v1/Policy
public struct AccessPolicy: Codable, Sendable, Hashable {
  public struct Binding: Codable, Sendable, Hashable {
    /// `roles/secretmanager.secretAccessor`.
    public var role: String
    /// `serviceAccount:a@p.iam.gserviceaccount.com`.
    public var members: [String]?
    public init(role: String, members: [String]) { (self.role, self.members) = (role, members) }
  }
  public var bindings: [Binding]?
  /// As it was read; a stale one is a conflict.
  public var etag: String?
  public init(_ bindings: [Binding], etag: String? = nil) { (self.bindings, self.etag) = (bindings, etag) }
}
