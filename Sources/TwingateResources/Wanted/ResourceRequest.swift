package import Foundations
package import Twingate

/// A resource that the spec, an annotated Service or Ingress, or a PrivateCluster requests.
package struct ResourceRequest: Sendable, Hashable {
  /// The requesting object, unique in the connection: `spec/grafana`, `Service/web`.
  package var origin: String
  package var name: String
  package var address: String
  package var alias: String?
  package var protocols: Protocols
  /// A name or id; nil: the network's default policy.
  package var securityPolicy: String?
  package var accessPolicy: AccessPolicy?
  package var approvalMode: ApprovalMode?
  package var tags: [String: String]
  package var access: [AccessRequest]

  package init(
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

/// One principal's access to a resource.
package struct AccessRequest: Sendable, Hashable {
  package enum Principal: Sendable, Hashable, CustomStringConvertible {
    /// By name or id.
    case group(String)
    case serviceAccount(String)
    package var description: String {
      switch self {
      case .group(let name): "group \(name)"
      case .serviceAccount(let name): "service account \(name)"
      }
    }
  }
  package var principal: Principal
  package var expiresAt: Timestamp?
  /// A name or id; nil: the resource's policy.
  package var securityPolicy: String?

  package init(_ principal: Principal, expiresAt: Timestamp? = nil, securityPolicy: String? = nil) {
    self.principal = principal
    self.expiresAt = expiresAt
    self.securityPolicy = securityPolicy
  }
}
