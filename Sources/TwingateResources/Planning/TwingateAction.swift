public import CloudResources
public import Twingate

/// One mutation at Twingate.
public struct TwingateAction: PlanAction, Hashable {
  public enum Call: Sendable, Hashable {
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
  public var call: Call
  public var lane: Lane
  /// The key of its object in the ledger: `connector/NAME`, `resource/ORIGIN`.
  public var role: String
  public var description: String
  public var provides: Set<String> { [role] }
  public let needs: Set<String> = []
}
