package import AWS
package import Cloud
internal import CloudResources

/// What it takes to write one object. Nothing secret but `secret`'s value, which no description shows.
package enum AWSConnectorContent: Sendable {
  case group(name: String, networkID: String)
  case rules(AWSRuleChange)
  case role(trust: String)
  case policy(role: String, document: String)
  case profile
  case carrier(role: String)
  case secret(SecretText, version: String)
  case machine(EC2.InstanceRequest)
}

/// What makes the rules of the connectors' group as they should be.
package struct AWSRuleChange: Sendable, Hashable {
  var addedOut: [EC2.Rule] = []
  var removedOut: [EC2.Rule] = []
  var removedIn: [EC2.Rule] = []

  /// One phrase for each difference.
  var details: [String] {
    func words(_ verb: String, _ rules: [EC2.Rule], _ direction: String) -> String? {
      rules.isEmpty ? nil : "\(verb) \(direction) \(rules.map(\.description).joined(separator: ", "))"
    }
    return [
      words("allow", addedOut, "out"), words("take away", removedOut, "out"), words("take away", removedIn, "in"),
    ].compactMap { $0 }
  }
}

/// One write of one object.
package struct AWSConnectorAction: PlanAction {
  package enum Verb: Sendable {
    case create(AWSConnectorContent)
    case update(AWSConnectorContent)
    case delete
    /// Nothing is retagged: no row asks for it.
    case tag([String: String])
  }
  package var verb: Verb
  package var role: AWSConnectorRole
  /// Its id, or the name that it gets.
  package var id: String
  var detail: String

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

package typealias AWSConnectorPlan = ConnectorPlan<AWSConnectorAction>

enum AWSConnectorCatalogue: ResourceCatalogue {
  typealias Role = AWSConnectorRole
  typealias ID = String
  typealias Content = AWSConnectorContent
  typealias Report = ConnectorReport

  static func action(
    _ write: ResourceWrite<AWSConnectorContent>,
    _ role: AWSConnectorRole,
    _ id: String,
    _ detail: String
  ) -> AWSConnectorAction {
    let verb: AWSConnectorAction.Verb =
      switch write {
      case .create(let content): .create(content)
      case .update(let content, _): .update(content)
      case .tag(let tags): .tag(tags)
      case .delete: .delete
      }
    return AWSConnectorAction(verb: verb, role: role, id: id, detail: detail)
  }
}
