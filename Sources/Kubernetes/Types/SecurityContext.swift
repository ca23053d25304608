public import Foundations

/// v1 SecurityContext of a container.
public struct SecurityContext: Codable, Sendable, Hashable {
  public var allowPrivilegeEscalation: Bool?
  public var capabilities: Capabilities?
  public var privileged: Bool?
  public var readOnlyRootFilesystem: Bool?
  public var runAsUser: Int64?
  public var seccompProfile: SeccompProfile?
  public var seLinuxOptions: SELinuxOptions?
  public init() {}

  public struct Capabilities: Codable, Sendable, Hashable {
    public var drop: [String]?
    public var add: [String]?
    public init(drop: [String], add: [String]) {
      self.drop = drop
      self.add = add
    }
  }
  public struct SeccompProfile: Codable, Sendable, Hashable {
    /// `RuntimeDefault`, `Unconfined` or `Localhost`.
    public var type: String
    public var localhostProfile: String?
    public init(type: String, localhostProfile: String? = nil) {
      self.type = type
      self.localhostProfile = localhostProfile
    }
  }
  public struct SELinuxOptions: Codable, Sendable, Hashable {
    public var user: String?
    public var role: String?
    public var type: String?
    public var level: String?
    public init() {}
  }
}

/// v1 ResourceRequirements: quantities by resource name, as text or whole numbers.
public struct ResourceRequirements: Codable, Sendable, Hashable {
  public var limits: [String: JSONValue]?
  public var requests: [String: JSONValue]?
  public init(limits: [String: JSONValue]? = nil, requests: [String: JSONValue]? = nil) {
    self.limits = limits
    self.requests = requests
  }
}

/// v1 Toleration.
public struct Toleration: Codable, Sendable, Hashable {
  public var key: String?
  public var `operator`: String?
  public var value: String?
  public var effect: String?
  public var tolerationSeconds: Int64?
  public init(
    key: String? = nil,
    operator: String? = nil,
    value: String? = nil,
    effect: String? = nil,
    tolerationSeconds: Int64? = nil
  ) {
    self.key = key
    self.operator = `operator`
    self.value = value
    self.effect = effect
    self.tolerationSeconds = tolerationSeconds
  }
}
