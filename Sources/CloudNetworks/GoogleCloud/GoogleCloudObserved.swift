internal import Cloud
internal import CloudResources
internal import GoogleCloud

/// What there is of a Backbone in Google Cloud.
package struct GoogleCloudObserved: Sendable, Hashable {
  /// Something in a network that is not ours.
  package struct User: Sendable, Hashable {
    /// As a person calls it: `instance`, `forwarding rule`, `firewall`, `subnetwork`.
    var kind: String
    var id: String
    var name: String
    /// The path of the subnetwork it is in, where it is in one.
    var subnetwork: String?
    var words: String { "\(kind) \(name) (\(id))" }
  }
  /// The one that holds the network.
  var project: String
  /// Whether that is another project than the Backbone's.
  var isShared = false
  /// The one of our name, or the adopted one.
  var network: Network?
  /// In the region: those in that network, and those that bear our mark.
  var subnetworks: [Subnetwork] = []
  /// The one of our name.
  var router: Router?
  /// In the region: all.
  var addresses: [Address] = []
  /// Those in that network, and those that bear our mark.
  var firewalls: [Firewall] = []
  /// Those in that network.
  var routes: [Route] = []
  /// All of the project; nil: not looked for, or not shown.
  var zones: [ManagedZone]?
  /// Why Cloud DNS does not show them.
  var zonesRefusal: CloudError?
  /// By the name of the zone, of those that are ours.
  var records: [String: [RecordSet]] = [:]
  /// By role: what was under way when it was last asked for.
  var operations: [String: ComputeOperation] = [:]
  /// Instances and forwarding rules in the network; nil: not looked for, because no subnetwork is to go.
  var users: [User]?

  init(project: String) { self.project = project }
}

/// One change, with everything it needs.
package struct GoogleCloudAction: PlanAction, Hashable {
  struct Label: Sendable, Hashable {
    var key: String
    var value: String
  }
  enum Change: Sendable, Hashable {
    case createNetwork(Network)
    case createSubnetwork(Subnetwork)
    case patchSubnetwork(Subnetwork)
    case setPrivateGoogleAccess(subnetwork: String)
    case expand(subnetwork: String, cidr: String)
    case createAddress(Address)
    /// Pairs in order, because a `RequestID` is made from this.
    case setLabels(address: String, labels: [Label], fingerprint: String)
    case createRouter(Router)
    case patchRouter(Router)
    case createFirewall(Firewall)
    case updateFirewall(Firewall)
    case delete(ComputeCollection, name: String)
    case zone(ZoneChange)
  }
  /// In Cloud DNS, which has no operations: what it answers is done.
  enum ZoneChange: Sendable, Hashable {
    case create(ManagedZone)
    case patch(ManagedZone)
    case setRecords(zone: String, adding: [RecordSet], removing: [RecordSet])
    /// One without records.
    case delete(String)
  }
  /// `network`, `subnetwork/a`, `address/1`, `router`, `firewall/deny-egress`, `zone/gcr.io`.
  let role: String
  let change: Change
  let requestID: RequestID
  /// `create subnetwork cl-production-main-0a1b2c3d-net-a`
  package let description: String

  private var records: String { "\(role)/records" }
  /// Compute Engine takes seconds for each operation, so what needs another object waits for a later plan.
  package var provides: Set<String> {
    switch change {
    case .zone(.create): [role]
    case .zone(.setRecords): [records]
    default: []
    }
  }
  package var needs: Set<String> {
    switch change {
    case .zone(.setRecords): [role]
    case .zone(.delete): [records]
    default: []
    }
  }
}
