package import AWS
package import Cloud

/// The content of one write. Only `secret` has a secret value, and no description shows it.
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

/// The changes that make the rules of the connectors' security group as they should be.
package struct AWSRuleChange: Sendable, Hashable {
  var addedOut: [EC2.Rule] = []
  var removedOut: [EC2.Rule] = []
  var removedIn: [EC2.Rule] = []

  /// A phrase for each difference.
  var details: [String] {
    func words(_ verb: String, _ rules: [EC2.Rule], _ direction: String) -> String? {
      rules.isEmpty ? nil : "\(verb) \(direction) \(rules.map(\.description).joined(separator: ", "))"
    }
    return [
      words("allow", addedOut, "out"), words("take away", removedOut, "out"), words("take away", removedIn, "in"),
    ].compactMap { $0 }
  }
}

package typealias AWSConnectorAction = ConnectorAction<AWSConnectorRole, AWSConnectorContent>
package typealias AWSConnectorPlan = ConnectorPlan<AWSConnectorAction>
typealias AWSConnectorCatalogue = ConnectorCatalogue<AWSConnectorRole, AWSConnectorContent>
