public import Kubernetes

/// A gateway pod that can be asked for its status.
public struct GatewayPod: Sendable, Hashable {
  public var connection: ObjectKey
  public var tunnel: String
  public var name: String
  public var uid: String
  /// The pod's address, IPv4 or IPv6.
  public var address: String
  /// Whether the pod is being deleted. Another pod replaces it.
  public var isEnding: Bool
  public init(
    connection: ObjectKey,
    tunnel: String,
    name: String,
    uid: String,
    address: String,
    isEnding: Bool = false
  ) {
    self.connection = connection
    self.tunnel = tunnel
    self.name = name
    self.uid = uid
    self.address = address
    self.isEnding = isEnding
  }

  /// The key of its observation: a tunnel has one current pod, and any number that are ending.
  var slot: Slot { Slot(tunnel: tunnel, endingPod: isEnding ? uid : nil) }
  struct Slot: Sendable, Hashable {
    var tunnel: String
    /// The uid of a pod that is ending; nil: the current pod.
    var endingPod: String?
  }

  /// The URL of the pod. The address is the one that the API server reports for the pod, never one that a gateway
  /// reports.
  func url(port: Int, path: String) -> String {
    let host = address.contains(":") ? "[\(address)]" : address
    return "http://\(host):\(port)\(path)"
  }
}
