package import Cloud
internal import CloudResources
package import GoogleCloud

/// The content of one write. Only `value` is secret, and no description shows it.
package enum GoogleConnectorContent: Sendable {
  case account(id: String, ServiceAccount)
  case rule(Firewall)
  case secret(SecretManagerClient.Secret, region: String)
  case value(SecretText, secret: String)
  case grant(AccessPolicy, secret: String)
  case machine(Instance, zone: String)
}

/// One write of one object.
package struct GoogleConnectorAction: PlanAction {
  package enum Verb: Sendable {
    case create(GoogleConnectorContent)
    case update(GoogleConnectorContent)
    case delete
  }
  package var verb: Verb
  package var role: GoogleConnectorRole
  /// Its name; of a service account its address, of a machine `zone/name`.
  package var id: String
  var detail: String

  package var description: String {
    switch verb {
    case .create: "create \(role.summary)" + (detail.isEmpty ? "" : " \(detail)")
    case .update: "update \(role.summary): \(detail)"
    case .delete: "delete \(role.summary) (\(id))"
    }
  }
  package var provides: Set<String> { [role.description, id] }
  package var needs: Set<String> { [] }
}

package typealias GoogleConnectorPlan = ConnectorPlan<GoogleConnectorAction>

enum GoogleConnectorCatalogue: ResourceCatalogue {
  typealias Role = GoogleConnectorRole
  typealias ID = String
  typealias Content = GoogleConnectorContent
  typealias Report = ConnectorReport

  static func action(
    _ write: ResourceWrite<GoogleConnectorContent>,
    _ role: GoogleConnectorRole,
    _ id: String,
    _ detail: String
  ) -> GoogleConnectorAction {
    let verb: GoogleConnectorAction.Verb =
      switch write {
      case .create(let content): .create(content)
      case .update(let content, _): .update(content)
      // No row asks for other labels.
      case .tag, .delete: .delete
      }
    return GoogleConnectorAction(verb: verb, role: role, id: id, detail: detail)
  }
}
