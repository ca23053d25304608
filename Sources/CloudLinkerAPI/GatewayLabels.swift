internal import Digests
package import Kubernetes

/// Labels and annotations by which the operator finds its own objects again.
public enum GatewayLabels {
  public static let managedBy = "app.kubernetes.io/managed-by"
  public static let manager = "cloudlinker-operator"
  public static let component = "app.kubernetes.io/name"
  public static let gateway = "cloudlinker-gateway"
  public static let namespace = "cloudlinker.dev/namespace"
  public static let connection = "cloudlinker.dev/connection"
  public static let uid = "cloudlinker.dev/connection-uid"
  public static let tunnel = "cloudlinker.dev/tunnel"
  /// Annotation with the whole `namespace/name`, since a label holds only 63 characters.
  public static let owner = "cloudlinker.dev/owner"
  /// Annotation on a gateway's pod: the revision of the configuration it should have.
  public static let revision = "cloudlinker.dev/revision"
  /// Annotation on a gateway's pod whose connection is suspended or deleted: from when on the pod no longer waits for
  /// its established connections.
  public static let disconnect = "cloudlinker.dev/disconnect"
  /// Finalizer of a VPNConnection, which makes its objects in the gateways' namespace go first.
  public static let finalizer = "cloudlinker.dev/gateways"

  /// Label selector of all objects that the operator owns.
  public static let selector = "\(managedBy)=\(manager)"

  /// A label value holds at most 63 characters; a longer name is cut and made unique by its hash.
  package static func value(_ name: String) -> String {
    name.utf8.count <= 63 ? name : "\(name.prefix(52))-\(SHA256.text(name).prefix(10))"
  }

  /// The labels of everything that runs for a connection: gateways or connectors.
  package static func connectionSelector(_ connection: ObjectKey) -> [String: String] {
    [namespace: value(connection.namespace), Self.connection: value(connection.name)]
  }

  /// The labels that select a connection's gateway pods.
  package static func podSelector(_ connection: ObjectKey) -> [String: String] {
    connectionSelector(connection).merging([component: gateway]) { $1 }
  }
}
