package import CloudResources

/// One write of one object.
package struct ConnectorAction<Role: ResourceRole, Content: Sendable>: PlanAction {
  package enum Verb: Sendable {
    case create(Content)
    case update(Content)
    case delete
    /// Nothing is retagged: no row asks for it.
    case tag
  }
  package var verb: Verb
  package var role: Role
  /// In the cloud, or the name that the object gets.
  package var id: String
  var detail: String

  init(_ write: ResourceWrite<Content>, _ role: Role, _ id: String, _ detail: String) {
    verb =
      switch write {
      case .create(let content): .create(content)
      case .update(let content, _): .update(content)
      case .tag: .tag
      case .delete: .delete
      }
    (self.role, self.id, self.detail) = (role, id, detail)
  }

  package var description: String {
    switch verb {
    case .create: "create \(role.summary)" + (detail.isEmpty ? "" : " \(detail)")
    case .update: "update \(role.summary): \(detail)"
    case .tag: "tag \(role.summary)"
    case .delete: "delete \(role.summary) (\(id))"
    }
  }
  package var provides: Set<String> { [role.description, id] }
  package var needs: Set<String> { [] }
}

enum ConnectorCatalogue<Role: ResourceRole, Content: Sendable>: ResourceCatalogue {
  typealias ID = String
  typealias Report = ConnectorReport

  static func action(_ write: ResourceWrite<Content>, _ role: Role, _ id: String, _ detail: String)
    -> ConnectorAction<Role, Content>
  {
    ConnectorAction(write, role, id, detail)
  }
}
