package import CloudResources

/// A write of one object.
package struct ConnectorAction<Role: ResourceRole, Content: Sendable>: PlanAction {
  package enum Verb: Sendable {
    case create(Content)
    case update(Content)
    case delete
    /// Never planned, because no row has tags.
    case tag
  }
  package var verb: Verb
  package var role: Role
  /// The object's id in the cloud, or the name that it gets.
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
  /// - Parameter key: the connector's key.
  static func machine(_ key: String) -> Self
}

extension ResourcePlanner where Catalogue.Role: ConnectorRole, Catalogue.Report == ConnectorReport {
  /// - Parameter known: ids of machines by the connectors' keys, as they were last seen.
  init(known: [String: String]) {
    var ledger = Ledger()
    for (key, id) in known { ledger.ids[Role.machine(key).description] = id }
    self.init(Plan(report: ConnectorReport(), obstacle: "the machines"), ledger: ledger)
  }

  /// The finished plan.
  /// - Parameter busy: when to look again while something has to be done or is under way.
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
