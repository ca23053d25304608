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

/// An object that the connectors of one connection need in a cloud.
package protocol ConnectorRole: ResourceRole where Part == ConnectorPart {
  /// - Parameter key: of the connector that the machine is for.
  static func machine(_ key: String) -> Self
}

extension ResourcePlanner where Catalogue.Role: ConnectorRole, Catalogue.Report == ConnectorReport {
  /// - Parameter known: ids of machines by the connectors' keys, as they were last seen.
  init(known: [String: String]) {
    var ledger = Ledger()
    for (key, id) in known { ledger.ids[Role.machine(key).description] = id }
    self.init(Plan(report: ConnectorReport(), obstacle: "the machines"), ledger: ledger)
  }

  /// The plan once everything has been compared.
  /// - Parameter busy: the pause while something is to be done or under way.
  consuming func compared(busy: Duration) -> Plan {
    plan.judge()
    return finished(busy: busy, blocked: .seconds(60))
  }
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
