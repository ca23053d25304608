package import Azure
package import CloudResources
package import Foundations

/// What it takes to write an object of a cluster in Azure.
package enum AzureClusterContent: Sendable, Hashable {
  /// The whole of it, for what is not there.
  case body(JSONValue)
  /// What is to differ from what is read before the write; a null removes. PUTs replace all of a resource, so nothing else
  /// may be sent than what was read.
  case edit(JSONValue)
}

/// One change in Azure.
package struct AzureClusterAction: PlanAction, Hashable {
  package enum Call: Sendable, Hashable {
    case create(JSONValue)
    case edit(JSONValue)
    /// All tags that it is to have.
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
  /// Objects are merged, a null removes what it stands for, anything else takes the place of what was there.
  func merged(with edit: JSONValue) -> JSONValue {
    guard case .object(let changes) = edit else { return edit }
    var members = object
    for (key, change) in changes {
      members[key] = change == .null ? nil : (members[key] ?? .object([:])).merged(with: change)
    }
    return .object(members)
  }
}
