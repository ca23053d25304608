internal import Foundations
public import Kubernetes

/// Names and labels of a connection's objects in the gateways' namespace.
///
/// `a-b/c` and `a/b-c` must not meet there: each name ends in ten hexadecimal digits of the SHA-256 of
/// `namespace/name` (or `namespace/name/tunnel`), and starts with as much readable text as a Service name of 63
/// characters allows (RFC 1035 label).
public struct GatewayNames: Sendable, Hashable {
  public let connection: ObjectKey

  public init(_ connection: ObjectKey) { self.connection = connection }

  /// ClusterIP Service with every accepted port; also the NetworkPolicy and the PodDisruptionBudget.
  public var service: String { name(suffix: "", identity: connection.description) }
  /// Headless Service by which siblings find each other.
  public var siblings: String { name(suffix: "-siblings", identity: connection.description) }
  /// Deployment and Secret of one tunnel.
  public func gateway(tunnel: String) -> String {
    name(suffix: "-\(tunnel)", identity: "\(connection)/\(tunnel)")
  }

  private func name(suffix: String, identity: String) -> String {
    let hash = String(SHA256.text(identity).prefix(10))
    let readable = "\(connection.namespace)-\(connection.name)\(suffix)".map { $0 == "." ? "-" : $0 }
    var prefix = String(readable.prefix(63 - 1 - hash.utf8.count))
    if let first = prefix.utf8.first, !(0x61...0x7a).contains(first) { prefix = "g" + prefix.dropFirst() }
    return "\(prefix)-\(hash)"
  }
}

/// Labels by which everything of ours is found again.
public enum GatewayLabels {
  public static let managedBy = "app.kubernetes.io/managed-by"
  public static let manager = "cloudlinker-operator"
  public static let component = "app.kubernetes.io/name"
  public static let gateway = "cloudlinker-gateway"
  public static let namespace = "cloudlinker.dev/namespace"
  public static let connection = "cloudlinker.dev/connection"
  public static let uid = "cloudlinker.dev/connection-uid"
  public static let tunnel = "cloudlinker.dev/tunnel"
  /// Annotation with the whole `namespace/name`, since a label holds 63 characters only.
  public static let owner = "cloudlinker.dev/owner"
  /// Annotation on a gateway's pod: the revision of the configuration it should have.
  public static let revision = "cloudlinker.dev/revision"
  /// Finalizer of a VPNConnection: what stands in the gateways' namespace is removed first.
  public static let finalizer = "cloudlinker.dev/gateways"

  /// Label selector of all objects of ours.
  public static let selector = "\(managedBy)=\(manager)"

  /// A label value holds at most 63 characters; a longer name is cut and told apart by its hash.
  static func value(_ name: String) -> String {
    name.utf8.count <= 63 ? name : "\(name.prefix(52))-\(SHA256.text(name).prefix(10))"
  }

  /// What selects a connection's gateway pods.
  static func podSelector(_ connection: ObjectKey) -> [String: String] {
    [
      component: gateway, namespace: value(connection.namespace), Self.connection: value(connection.name),
    ]
  }

  /// The connection an object in the gateways' namespace belongs to, from its annotation.
  static func connectionKey(of metadata: ObjectMeta) -> ObjectKey? {
    guard metadata.labels?[managedBy] == manager, let owner = metadata.annotations?[Self.owner] else { return nil }
    return ObjectKey(owner: owner)
  }
}
