public import Kubernetes

/// `spec.gateway` of a VPNConnection: what a tenant chooses about the gateway pods. Everything else about them is in
/// the gateway class, which is the cluster owner's.
public struct GatewaySpec: Codable, Sendable, Hashable {
  public static let defaultClassName = "default"

  /// Name of a gateway class.
  public var className: String?
  /// Replaces the class's resources by name, up to the class's ceiling.
  public var resources: ResourceRequirements?
  public init(className: String? = nil, resources: ResourceRequirements? = nil) {
    self.className = className
    self.resources = resources
  }

  public var effectiveClassName: String { className ?? Self.defaultClassName }
}
