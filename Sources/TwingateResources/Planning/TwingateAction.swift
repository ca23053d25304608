internal import CloudResources
package import Twingate

/// One mutation at Twingate.
package struct TwingateAction: PlanAction, Hashable {
  package enum Call: Sendable, Hashable {
    case createRemoteNetwork(String, RemoteNetwork.Location)
    case updateRemoteNetwork(String, name: String?, location: RemoteNetwork.Location?)
    case deleteRemoteNetwork(String)
    case createConnector(String, remoteNetworkID: String, notifiesWhenOffline: Bool)
    case updateConnector(String, name: String?, notifiesWhenOffline: Bool?)
    case makeTokens(connectorID: String)
    case deleteConnector(String)
    case createResource(ResourceDraft)
    case updateResource(String, ResourceChange)
    case deleteResource(String)
    case grant(String, [AccessGrant])
    case revoke(String, [String])
    case createGroup(String, userIDs: [String])
    case renameGroup(String, name: String)
    case changeMembers(String, added: [String], removed: [String])
    case deleteGroup(String)
    case createServiceAccount(String)
    case renameServiceAccount(String, name: String)
    case createKey(serviceAccountID: String, name: String, days: Int)
    case revokeKey(String, serviceAccountID: String)
    case deleteKey(String, serviceAccountID: String)
    case deleteServiceAccount(String)
  }
  package var call: Call
  package var lane: Lane
  /// The key of its object in the ledger: `connector/NAME`, `resource/ORIGIN`.
  package var role: String
  package var description: String
  package var provides: Set<String> { [role] }
  package let needs: Set<String> = []
}
