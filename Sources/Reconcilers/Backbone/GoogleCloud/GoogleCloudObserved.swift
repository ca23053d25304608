internal import Cloud
public import CloudResources
public import GoogleCloud

/// What there is of a Backbone in Google Cloud.
public struct GoogleCloudObserved: Sendable, Hashable {
  /// Something in a network that is not ours.
  public struct User: Sendable, Hashable {
    /// As a person calls it: `instance`, `forwarding rule`, `firewall`, `subnetwork`.
    public var kind: String
    public var id: String
    public var name: String
    /// The path of the subnetwork it is in, where it is in one.
    public var subnetwork: String?
    var words: String { "\(kind) \(name) (\(id))" }
  }
  public var project: String
  /// The one of our name, or the adopted one.
  public var network: Network?
  /// In the region: those in that network, and those that bear our mark.
  public var subnetworks: [Subnetwork] = []
  /// The one of our name.
  public var router: Router?
  /// In the region: all.
  public var addresses: [Address] = []
  /// Those in that network, and those that bear our mark.
  public var firewalls: [Firewall] = []
  /// Those in that network.
  public var routes: [Route] = []
  /// By role: what was under way when it was last asked for.
  public var operations: [String: ComputeOperation] = [:]
  /// Instances and forwarding rules in the network; nil: not looked for, because no subnetwork is to go.
  public var users: [User]?

  public init(project: String) { self.project = project }
}

/// One change, with everything it needs.
public struct GoogleCloudAction: PlanAction, Hashable {
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
  }
  /// `network`, `subnetwork/a`, `address/1`, `router`, `firewall/deny-egress`.
  let role: String
  let change: Change
  let requestID: RequestID
  /// `create subnetwork cl-production-main-0a1b2c3d-net-a`
  public let description: String

  /// Compute Engine takes seconds for each operation, so what needs another object waits for a later plan.
  public var provides: Set<String> { [] }
  public var needs: Set<String> { [] }
}
