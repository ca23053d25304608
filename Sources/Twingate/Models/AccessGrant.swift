public import Foundations

/// How access ends and begins again.
public struct AccessPolicy: Sendable, Hashable, Decodable {
  public struct Mode: RawRepresentable, Sendable, Hashable, Decodable {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let manual = Mode(rawValue: "MANUAL")
    public static let autoLock = Mode(rawValue: "AUTO_LOCK")
    public static let accessRequest = Mode(rawValue: "ACCESS_REQUEST")
  }
  public var mode: Mode
  public var durationSeconds: Int?

  public init(_ mode: Mode, durationSeconds: Int? = nil) {
    self.mode = mode
    self.durationSeconds = durationSeconds
  }
}

/// Whether somebody must approve that people get access again after it was locked.
public struct ApprovalMode: RawRepresentable, Sendable, Hashable, Decodable {
  public var rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public static let manual = ApprovalMode(rawValue: "MANUAL")
  public static let automatic = ApprovalMode(rawValue: "AUTOMATIC")
}

/// The access of a group or a service account to one resource.
public struct AccessGrant: Sendable, Hashable {
  public enum PrincipalKind: String, Sendable, Hashable {
    case group = "Group"
    case serviceAccount = "ServiceAccount"
  }
  public var principalID: String
  public var principalKind: PrincipalKind
  /// Nil: the resource's policy applies.
  public var securityPolicyID: String?
  /// Twingate itself removes the grant at this time.
  public var expiresAt: Timestamp?
  public var accessPolicy: AccessPolicy?
  public var approvalMode: ApprovalMode?

  public init(
    _ principalID: String,
    _ kind: PrincipalKind = .group,
    securityPolicyID: String? = nil,
    expiresAt: Timestamp? = nil,
    accessPolicy: AccessPolicy? = nil,
    approvalMode: ApprovalMode? = nil
  ) {
    self.principalID = principalID
    principalKind = kind
    self.securityPolicyID = securityPolicyID
    self.expiresAt = expiresAt
    self.accessPolicy = accessPolicy
    self.approvalMode = approvalMode
  }

  /// Whether it only lets a group reach the resource, as `groupIds` in a creation do.
  public var isPlain: Bool {
    principalKind == .group && securityPolicyID == nil && expiresAt == nil && accessPolicy == nil && approvalMode == nil
  }

  static let edgeFields = """
    node { __typename ... on Group { id } ... on ServiceAccount { id } } \
    securityPolicy { id } expiresAt approvalMode accessPolicy { mode durationSeconds }
    """
}

extension AccessGrant: PageItem {
  var identity: String { principalID }

  private struct Principal: Decodable {
    var __typename: String
    var id: String?
  }
  private enum Key: String, CodingKey { case node, securityPolicy, expiresAt, approvalMode, accessPolicy }

  init(edge: any Decoder) throws {
    let fields = try edge.container(keyedBy: Key.self)
    let principal = try fields.decode(Principal.self, forKey: .node)
    guard let kind = PrincipalKind(rawValue: principal.__typename), let id = principal.id else {
      throw DecodingError.dataCorruptedError(forKey: .node, in: fields, debugDescription: "an unknown principal")
    }
    principalID = id
    principalKind = kind
    securityPolicyID = try fields.decodeIfPresent(Reference.self, forKey: .securityPolicy)?.id
    expiresAt = try fields.decodeIfPresent(Timestamp.self, forKey: .expiresAt)
    accessPolicy = try fields.decodeIfPresent(AccessPolicy.self, forKey: .accessPolicy)
    approvalMode = try fields.decodeIfPresent(ApprovalMode.self, forKey: .approvalMode)
  }
}
