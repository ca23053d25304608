internal import Cloud
internal import CloudResources
internal import GoogleCloud

/// The objects of a Backbone in Google Cloud, and those of others in its network.
package struct GoogleCloudObserved: Sendable, Hashable {
  /// An object of others in a network.
  package struct User: Sendable, Hashable {
    /// The kind in plain words: `instance`, `forwarding rule`, `firewall`, `subnetwork`.
    var kind: String
    var id: String
    var name: String
    /// The path of its subnetwork; nil if it is in none.
    var subnetwork: String?
    var words: String { "\(kind) \(name) (\(id))" }
  }
  /// The project of the network.
  var project: String
  /// Whether that is not the Backbone's project.
  var isShared = false
  /// The network with our name, or the adopted one.
  var network: Network?
  /// Subnetworks of the region that are in the network or bear our mark.
  var subnetworks: [Subnetwork] = []
  /// The router with our name.
  var router: Router?
  /// All addresses of the region.
  var addresses: [Address] = []
  /// Firewall rules that are in the network or bear our mark.
  var firewalls: [Firewall] = []
  /// Routes in the network.
  var routes: [Route] = []
  /// All zones of the project; nil: not read, or not readable.
  var zones: [ManagedZone]?
  /// Why the zones could not be read.
  var zonesRefusal: CloudError?
  /// Records of owned zones, by the name of the zone.
  var records: [String: [RecordSet]] = [:]
  /// Operations that were under way when they were last read, by role.
  var operations: [String: ComputeOperation] = [:]
  /// Instances and forwarding rules in the network; nil: not read, because no subnetwork is to be deleted.
  var users: [User]?

  init(project: String) { self.project = project }
}

/// A change, with everything it needs.
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
    /// Pairs in order, because a `RequestID` is derived from them.
    case setLabels(address: String, labels: [Label], fingerprint: String)
    case createRouter(Router)
    case patchRouter(Router)
    case createFirewall(Firewall)
    case updateFirewall(Firewall)
    case delete(ComputeCollection, name: String)
    case zone(ZoneChange)
  }
  /// A change in Cloud DNS, which has no operations: it is done when the answer arrives.
  enum ZoneChange: Sendable, Hashable {
    case create(ManagedZone)
    case patch(ManagedZone)
    case setRecords(zone: String, adding: [RecordSet], removing: [RecordSet])
    /// Deletes a zone without records.
    case delete(String)
  }
  /// `network`, `subnetwork/a`, `address/1`, `router`, `firewall/deny-egress`, `zone/gcr.io`.
  let role: String
  let change: Change
  let requestID: RequestID
  /// `create subnetwork cl-production-main-0a1b2c3d-net-a`
  package let description: String

  private var records: String { "\(role)/records" }
  /// Each operation of Compute Engine takes seconds, so an action that needs another object waits for a later plan.
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
