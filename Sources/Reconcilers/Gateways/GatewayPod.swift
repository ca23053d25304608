public import Kubernetes

/// A gateway pod that can be asked for its status.
public struct GatewayPod: Sendable, Hashable {
  public var connection: ObjectKey
  public var tunnel: String
  public var name: String
  public var uid: String
  /// Address to ask, IPv4 or IPv6.
  public var address: String
  /// Being deleted: another pod has, or will have, its place.
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

  /// What its observation is kept under: a tunnel has one pod that counts, and any number on their way out.
  var slot: Slot { Slot(tunnel: tunnel, endingPod: isEnding ? uid : nil) }
  struct Slot: Sendable, Hashable {
    var tunnel: String
    /// Its uid; nil: the pod that counts.
    var endingPod: String?
  }

  /// Where the pod answers. The address is the one that the API server reports for the pod, never one that a gateway
  /// reports.
  func url(port: Int, path: String) -> String {
    let host = address.contains(":") ? "[\(address)]" : address
    return "http://\(host):\(port)\(path)"
  }
}
