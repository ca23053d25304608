package import CloudResources

/// A request to a cloud that changes one object of a cluster.
package protocol ClusterCall: Sendable, Hashable {
  associatedtype Content: Sendable
  init(_ write: ResourceWrite<Content>)
}

/// One change of a cluster.
package struct ClusterAction<Role: ResourceRole, ID: Sendable & Hashable, Call: ClusterCall>: PlanAction, Hashable {
  package var call: Call
  package var role: Role
  /// The id in the cloud; before the object exists, its future name.
  package var id: ID
  package var description: String
  package var provides: Set<String> { [role.description] }
  package var needs: Set<String> { [] }
}

package enum ClusterCatalogue<
  Role: ResourceRole,
  ID: Sendable & Hashable & CustomStringConvertible,
  Call: ClusterCall
>: ResourceCatalogue {
  package typealias Content = Call.Content
  package typealias Report = ClusterReport

  /// Its description names the object and why it changes: `update EKS cluster main: its logs differed`.
  package static func action(_ write: ResourceWrite<Call.Content>, _ role: Role, _ id: ID, _ detail: String)
    -> ClusterAction<Role, ID, Call>
  {
    let verb =
      switch write {
      case .create: "create"
      case .update: "update"
      case .tag: "tag"
      case .delete: "delete"
      }
    let description = "\(verb) \(role.summary)" + (detail.isEmpty ? "" : ": \(detail)")
    return ClusterAction(call: Call(write), role: role, id: id, description: description)
  }
}
