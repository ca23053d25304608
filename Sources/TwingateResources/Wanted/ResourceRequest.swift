public import Foundations
public import Twingate

/// A resource that someone asks for: the spec, an annotated Service or Ingress, a PrivateCluster.
public struct ResourceRequest: Sendable, Hashable {
  /// Who asks, unique in the connection: `spec/grafana`, `Service/web`.
  public var origin: String
  public var name: String
  public var address: String
  public var alias: String?
  public var protocols: Protocols
  /// By name or id; nil: the network's default policy.
  public var securityPolicy: String?
  public var accessPolicy: AccessPolicy?
  public var approvalMode: ApprovalMode?
  public var tags: [String: String]
  public var access: [AccessRequest]

  public init(
    origin: String,
    name: String,
    address: String,
    alias: String? = nil,
    protocols: Protocols = .everything,
    securityPolicy: String? = nil,
    accessPolicy: AccessPolicy? = nil,
    approvalMode: ApprovalMode? = nil,
    tags: [String: String] = [:],
    access: [AccessRequest] = []
  ) {
    self.origin = origin
    self.name = name
    self.address = address
    self.alias = alias
    self.protocols = protocols
    self.securityPolicy = securityPolicy
    self.accessPolicy = accessPolicy
    self.approvalMode = approvalMode
    self.tags = tags
    self.access = access
  }
}

/// Who may reach a resource.
public struct AccessRequest: Sendable, Hashable {
  public enum Principal: Sendable, Hashable, CustomStringConvertible {
    /// By name or id.
    case group(String)
    case serviceAccount(String)
    public var description: String {
      switch self {
      case .group(let name): "group \(name)"
      case .serviceAccount(let name): "service account \(name)"
      }
    }
  }
  public var principal: Principal
  public var expiresAt: Timestamp?
  /// By name or id; nil: the resource's.
  public var securityPolicy: String?

  public init(_ principal: Principal, expiresAt: Timestamp? = nil, securityPolicy: String? = nil) {
    self.principal = principal
    self.expiresAt = expiresAt
    self.securityPolicy = securityPolicy
  }
}
