package import Azure

/// The content of one write. Only a machine's has secrets, and no description shows them.
package enum AzureConnectorContent: Sendable {
  case firewall(NetworkSecurityGroup)
  case subnet(Subnet)
  case machine(ContainerGroupRequest)
}

/// Ids are names in the network's resource group, or in the network.
package typealias AzureConnectorAction = ConnectorAction<AzureConnectorRole, AzureConnectorContent>
package typealias AzureConnectorPlan = ConnectorPlan<AzureConnectorAction>
typealias AzureConnectorCatalogue = ConnectorCatalogue<AzureConnectorRole, AzureConnectorContent>
