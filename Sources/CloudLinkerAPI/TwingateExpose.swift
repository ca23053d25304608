extension TwingateSpec {
  /// What annotated Services and Ingresses of the namespace may ask for. Nil: nothing.
  ///
  /// Whoever may annotate a Service is not trusted with more than the owner of the connection allows here.
  public struct Expose: Codable, Sendable, Hashable {
    public static let maximumEntries = 32

    public var kinds: [Kind]
    /// Whom the annotations may name; one that names nobody gives access to all of them.
    public var groups: [String]?
    /// Aliases and hosts are these, or lie below them.
    public var domains: [String]?
    /// The values that the annotation for an Ingress's address may have.
    public var addresses: [String]?
    /// By name or id: those that the annotation for a policy may name.
    public var securityPolicies: [String]?
    public init(kinds: [Kind], groups: [String]? = nil, domains: [String]? = nil) {
      self.kinds = kinds
      self.groups = groups
      self.domains = domains
    }

    public struct Kind: OpenEnumeration {
      public var rawValue: String
      public init(rawValue: String) { self.rawValue = rawValue }
      public static let service = Kind(rawValue: "Service")
      public static let ingress = Kind(rawValue: "Ingress")
      public static let allCases = [service, ingress]
    }
  }
}
