package import Cloud
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

/// Ids are names; a service account's is its address, and a machine's is `zone/name`.
package typealias GoogleConnectorAction = ConnectorAction<GoogleConnectorRole, GoogleConnectorContent>
package typealias GoogleConnectorPlan = ConnectorPlan<GoogleConnectorAction>
typealias GoogleConnectorCatalogue = ConnectorCatalogue<GoogleConnectorRole, GoogleConnectorContent>
