package import Azure
package import CloudResources
package import Foundations

/// The content of a write to an object of a cluster in Azure.
package enum AzureClusterContent: Sendable, Hashable {
  /// The whole content of a new object.
  case body(JSONValue)
  /// Differences from the object as it is read before the write; a null removes a field. A PUT replaces the whole
  /// resource, so everything else is sent as it was read.
  case edit(JSONValue)
}

package enum AzureClusterCall: ClusterCall {
  case create(JSONValue)
  case edit(JSONValue)
  /// All tags that the object should have.
  case tag([String: String])
  case delete

  package init(_ write: ResourceWrite<AzureClusterContent>) {
    self =
      switch write {
      case .create(.body(let body)), .create(.edit(let body)): .create(body)
      case .update(.body(let body), _), .update(.edit(let body), _): .edit(body)
      case .tag(let tags): .tag(tags)
      case .delete: .delete
      }
  }
}

package typealias AzureClusterAction = ClusterAction<AzureClusterRole, ResourceID, AzureClusterCall>
package typealias AzureClusterCatalogue = ClusterCatalogue<AzureClusterRole, ResourceID, AzureClusterCall>

extension JSONValue {
  /// Merges objects; a null removes a field, and any other value replaces the previous one.
  func merged(with edit: JSONValue) -> JSONValue {
    guard case .object(let changes) = edit else { return edit }
    var members = object
    for (key, change) in changes {
      members[key] = change == .null ? nil : (members[key] ?? .object([:])).merged(with: change)
    }
    return .object(members)
  }
}
