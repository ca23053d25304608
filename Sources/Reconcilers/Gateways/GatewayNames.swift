internal import Digests
public import Kubernetes

/// Names of a connection's objects in the gateways' namespace.
///
/// `a-b/c` and `a/b-c` must not collide there. Each name therefore ends in hexadecimal digits of the SHA-256 of
/// `namespace/name` (or `namespace/name/tunnel`), and begins with as much readable text as a Service name of 63
/// characters allows (RFC 1035 label). Twenty digits are 80 bits: too many for a tenant to search for another tenant's
/// name.
public struct GatewayNames: Sendable, Hashable {
  /// Digits of the hash in a new object's name.
  static let digits = 20
  /// Digits that the first version used.
  static let formerDigits = 10

  public let connection: ObjectKey
  private let digits: Int

  public init(_ connection: ObjectKey) { self.init(connection, digits: Self.digits) }

  init(_ connection: ObjectKey, digits: Int) {
    self.connection = connection
    self.digits = digits
  }

  /// The names of a connection that has these objects. If they have the former names, it keeps those: other names would
  /// mean another address of the Service, and for a while two clients with one identity.
  init(_ connection: ObjectKey, live: GatewayLive) {
    let former = GatewayNames(connection, digits: Self.formerDigits)
    let isFormer = live.names.contains { name, tunnel in
      [former.service, former.siblings].contains(name) || tunnel.map { former.gateway(tunnel: $0) } == name
    }
    self = isFormer ? former : GatewayNames(connection)
  }

  /// The ClusterIP Service with every accepted port; also the NetworkPolicy and the PodDisruptionBudget.
  public var service: String { name(suffix: "", identity: connection.description) }
  /// The headless Service by which siblings find each other.
  public var siblings: String { name(suffix: "-siblings", identity: connection.description) }
  /// The Deployment and the Secret of a tunnel.
  public func gateway(tunnel: String) -> String {
    name(suffix: "-\(tunnel)", identity: "\(connection)/\(tunnel)")
  }

  private func name(suffix: String, identity: String) -> String {
    let hash = String(SHA256.text(identity).prefix(digits))
    let readable = "\(connection.namespace)-\(connection.name)\(suffix)".map { $0 == "." ? "-" : $0 }
    var prefix = String(readable.prefix(63 - 1 - hash.utf8.count))
    if let first = prefix.utf8.first, !(0x61...0x7a).contains(first) { prefix = "g" + prefix.dropFirst() }
    return "\(prefix)-\(hash)"
  }
}
