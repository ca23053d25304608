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

/// One change in Azure.
package struct AzureClusterAction: PlanAction, Hashable {
  package enum Call: Sendable, Hashable {
    case create(JSONValue)
    case edit(JSONValue)
    /// All tags that the object should have.
    case tag([String: String])
    case delete
  }
  package var call: Call
  package var role: AzureClusterRole
  package var id: ResourceID
  package var description: String
  package var provides: Set<String> { [role.description] }
  package let needs: Set<String> = []
}

package enum AzureClusterCatalogue: ResourceCatalogue {
  package static func action(
    _ write: ResourceWrite<AzureClusterContent>,
    _ role: AzureClusterRole,
    _ id: ResourceID,
    _ detail: String
  ) -> AzureClusterAction {
    let call: AzureClusterAction.Call =
      switch write {
      case .create(.body(let body)), .create(.edit(let body)): .create(body)
      case .update(.body(let body), _), .update(.edit(let body), _): .edit(body)
      case .tag(let tags): .tag(tags)
      case .delete: .delete
      }
    return AzureClusterAction(call: call, role: role, id: id, description: write.words(role.summary, detail))
  }

  package typealias Role = AzureClusterRole
  package typealias ID = ResourceID
  package typealias Content = AzureClusterContent
  package typealias Action = AzureClusterAction
  package typealias Report = ClusterReport
}

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
