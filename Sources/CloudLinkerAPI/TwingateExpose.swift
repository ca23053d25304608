extension TwingateSpec {
  /// The limits on what annotated Services and Ingresses of the namespace may ask for. Nil: they may ask for nothing.
  ///
  /// A person who may annotate a Service gets no more than the connection's owner allows here.
  public struct Expose: Codable, Sendable, Hashable {
    public static let maximumEntries = 32

    public var kinds: [Kind]
    /// Groups that the annotations may name. An annotated object that names none gives access to all of these.
    public var groups: [String]?
    /// Aliases and hosts must be one of these domains, or below one.
    public var domains: [String]?
    /// The values that the annotation for an Ingress's address may have.
    public var addresses: [String]?
    /// Names or ids of the policies that the annotation for a policy may name.
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
