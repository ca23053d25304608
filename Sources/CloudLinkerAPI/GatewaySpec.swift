public import Kubernetes

/// `spec.gateway` of a VPNConnection: what a tenant may choose about the gateway pods. Everything else is in the
/// gateway class, which belongs to the cluster's owner.
public struct GatewaySpec: Codable, Sendable, Hashable {
  public static let defaultClassName = "default"

  /// Name of a gateway class.
  public var className: String?
  /// Replaces the class's resources by name, up to the class's ceiling.
  public var resources: ResourceRequirements?
  /// In bytes; nil: the gateway chooses what fits the route to the server, at most `defaultMaximumSegmentSize`.
  public var maximumSegmentSize: Int?
  /// In seconds, up to the class's ceiling; nil: `defaultDrainSeconds`, or the ceiling if that is less.
  public var drainSeconds: Int?
  public init(className: String? = nil, resources: ResourceRequirements? = nil) {
    self.className = className
    self.resources = resources
  }

  /// From the segment that every IPv4 host takes (RFC 9293 §3.7.1) to the one that fits Ethernet, in bytes.
  public static let segmentSizeRange = 536...1460
  /// The size to which the published server configurations clamp, in bytes.
  public static let defaultMaximumSegmentSize = 1360
  public static let drainRange = 0...3600
  public static let defaultDrainSeconds = 300

  public var effectiveClassName: String { className ?? Self.defaultClassName }
}
