internal import Cloud
internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes
internal import Twingate
internal import TwingateResources

/// The facts of a pass over one connection of type Twingate, apart from those at Twingate itself.
struct TwingateFacts: Sendable {
  var connection: VPNConnection
  var spec: TwingateSpec
  /// The mark by which the tags of resources name this cluster.
  var cluster: String
  /// The API token, from the tenant's Secret or, for a deletion, from the copy of it.
  var token: SecretText?
  /// Whether the tenant's Secret exists.
  var hasSecret = false
  /// The content of the Secret with the login at the registry of the connectors' image; nil: it is not there, or not named.
  var registry: [String: [UInt8]]?
  var live = GatewayLive()
  /// The other connections that ask for the same remote network, in any namespace.
  var rivals: [VPNConnection] = []
  /// The other connections of the namespace.
  var neighbours: [VPNConnection] = []
  /// The Services and Ingresses of the namespace that name this connection.
  var exposed = ExposedObjects()
  /// Aliases that other connections of the same network request.
  var claims: [String: ResourceMerge.Claim] = [:]
  /// The Secrets of service accounts' keys; nil: they were not read.
  var keySecrets: KeySecrets?
  var gatewayClass = GatewayClassLookup.found(GatewayClass())
  var limits = NamespaceLimits()
  var allowedImages = TwingateSettings.vendorImages
  var defaults: GatewayDefaults
  var now: Timestamp

  /// The connectors that their host wants; nil: it was not asked.
  var hosted: [ConnectorSlot]?
  /// Their location, for Twingate's console.
  var location = RemoteNetwork.Location.other

  /// Set when everything has been gathered; nil: computed each time.
  var merged: Requests?
  var requests: Requests { merged ?? merge() }

  /// The connectors that should exist.
  var slots: [ConnectorSlot] { hosted ?? ConnectorSlot.numbered(connection, spec, cluster: cluster) }
  var wanted: WantedTwingate {
    var wanted = WantedTwingate(
      connection,
      spec,
      connectors: slots.map(\.connector),
      resources: requests.requests,
      cluster: cluster
    )
    wanted.remoteNetwork.location = location
    return wanted
  }
  var objects: ConnectorObjects { ConnectorObjects(self) }
}
