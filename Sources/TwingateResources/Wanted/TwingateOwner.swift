internal import Digests
internal import Twingate

/// The owner of objects at Twingate: a connection in a cluster.
package struct TwingateOwner: Sendable, Hashable {
  /// Tags of every resource. Other kinds of objects have no tags.
  package static let clusterTag = "cloudlinker"
  package static let ownerTag = "cloudlinker-owner"

  /// The UID of the cluster's `kube-system` namespace.
  package var clusterUID: String
  package var connectionUID: String

  package init(clusterUID: String, connectionUID: String) {
    self.clusterUID = clusterUID
    self.connectionUID = connectionUID
  }

  /// The tags of the resource of one origin.
  func tags(_ origin: String) -> [String: String] {
    [Self.clusterTag: clusterUID, Self.ownerTag: "\(connectionUID)/\(origin)"]
  }

  /// The origin of a resource of this connection; nil if it is not marked as this connection's.
  func origin(of resource: Resource) -> String? {
    guard resource.tags[Self.clusterTag] == clusterUID, let owner = resource.tags[Self.ownerTag],
      owner.hasPrefix("\(connectionUID)/")
    else { return nil }
    return String(owner.dropFirst(connectionUID.count + 1))
  }

  /// Whether a resource bears anybody's mark.
  static func isMarked(_ resource: Resource) -> Bool { resource.tags[ownerTag] != nil }

  /// A name that no other connection's connectors have: eight digits of the UID, and as much of the connection's name
  /// as fits into Twingate's 30 characters.
  package func connectorName(_ connection: String, _ suffix: String) -> String {
    let end = "-\(digits)-\(suffix)"
    return connection.prefix(max(0, Connector.longestName - end.count)) + end
  }

  /// Whether the name marks a connector as this connection's.
  func isOwn(connector name: String) -> Bool { name.contains("-\(digits)-") }

  private var digits: Substring { connectionUID.filter { $0 != "-" }.prefix(8) }

  /// A digest of a value, to notice a change of the spec.
  static func fingerprint(_ value: some Hashable) -> String { String(SHA256.text("\(value)").prefix(16)) }
}
