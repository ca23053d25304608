internal import Cloud
internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes
internal import Twingate
internal import TwingateResources

/// What a pass over one connection of type Twingate looks at, apart from Twingate itself.
struct TwingateFacts: Sendable {
  var connection: VPNConnection
  var spec: TwingateSpec
  /// The mark of this cluster in the tags of resources.
  var cluster: String
  /// The API token, from the tenant's Secret or, for a deletion, from the copy of it.
  var token: SecretText?
  /// Whether the tenant's Secret is there.
  var hasSecret = false
  /// The content of the Secret with the login at the registry of the connectors' image; nil: it is not there, or not named.
  var registry: [String: [UInt8]]?
  var live = GatewayLive()
  /// The other connections that ask for the same remote network, in whatever namespaces.
  var rivals: [VPNConnection] = []
  /// The other connections of the namespace.
  var neighbours: [VPNConnection] = []
  /// The Services and Ingresses of the namespace that name this connection.
  var exposed = ExposedObjects()
  /// Aliases that other connections of the same network ask for.
  var claims: [String: ResourceMerge.Claim] = [:]
  /// The Secrets of service accounts' keys; nil: none was looked for.
  var keySecrets: KeySecrets?
  var gatewayClass = GatewayClassLookup.found(GatewayClass())
  var limits = NamespaceLimits()
  var allowedImages = TwingateSettings.vendorImages
  var defaults: GatewayDefaults
  var now: Timestamp

  /// What the host of the connectors says that there should be; nil: it was not asked.
  var hosted: [ConnectorSlot]?
  /// Where they run, as Twingate's console shows it.
  var location = RemoteNetwork.Location.other

  /// Set when everything is gathered; nil: it is worked out each time.
  var merged: Requests?
  var requests: Requests { merged ?? merge() }

  /// The connectors that there should be.
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
