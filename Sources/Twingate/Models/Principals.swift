public import Cloud
public import Foundations

/// A group of people. Its name need not be unique.
public struct Group: Sendable, Hashable, Decodable {
  public struct Origin: RawRepresentable, Sendable, Hashable, Decodable {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    /// Made by hand or through the API.
    public static let manual = Origin(rawValue: "MANUAL")
    /// From the identity provider, which alone decides about its members.
    public static let synced = Origin(rawValue: "SYNCED")
    /// Twingate's own: `Everyone`.
    public static let system = Origin(rawValue: "SYSTEM")
  }
  public var id: String
  public var name: String
  public var type: Origin
  public var isActive: Bool

  public init(id: String, name: String, type: Origin = .manual, isActive: Bool = true) {
    self.id = id
    self.name = name
    self.type = type
    self.isActive = isActive
  }
  static let fields = "id name type isActive"
}

public struct User: Sendable, Hashable, Decodable {
  public var id: String
  public var email: String
  public init(id: String, email: String) {
    self.id = id
    self.email = email
  }
  static let fields = "id email"
}

/// How people log in. Policies are made in the console only.
public struct SecurityPolicy: Sendable, Hashable, Decodable {
  /// The policy that applies if none is set.
  public static let defaultName = "Default Policy"
  public var id: String
  public var name: String
  public init(id: String, name: String) {
    self.id = id
    self.name = name
  }
  static let fields = "id name"
}

/// The account of a program that reaches resources. Each costs a licence.
public struct ServiceAccount: Sendable, Hashable, Decodable {
  public var id: String
  public var name: String
  public init(id: String, name: String) {
    self.id = id
    self.name = name
  }
  static let fields = "id name"
}

public struct ServiceAccountKey: Sendable, Hashable, Decodable {
  public struct Status: RawRepresentable, Sendable, Hashable, Decodable {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let active = Status(rawValue: "ACTIVE")
    public static let revoked = Status(rawValue: "REVOKED")
    public static let expired = Status(rawValue: "EXPIRED")
  }
  public var id: String
  public var name: String
  public var createdAt: Timestamp
  public var expiresAt: Timestamp?
  public var status: Status

  public init(id: String, name: String, createdAt: Timestamp, expiresAt: Timestamp? = nil, status: Status = .active) {
    self.id = id
    self.name = name
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.status = status
  }
  static let fields = "id name createdAt expiresAt status"
}

/// A new key. Twingate shows its token only once.
public struct ServiceAccountKeyCreation: Sendable, Hashable {
  public var key: ServiceAccountKey
  public var token: SecretText
  public init(key: ServiceAccountKey, token: SecretText) {
    self.key = key
    self.token = token
  }
}

extension Group: PageItem { var identity: String { id } }
extension User: PageItem { var identity: String { id } }
extension SecurityPolicy: PageItem { var identity: String { id } }
extension ServiceAccount: PageItem { var identity: String { id } }
extension ServiceAccountKey: PageItem { var identity: String { id } }
