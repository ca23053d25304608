internal import CloudNetworks
internal import Foundations
internal import GoogleCloud

extension DesiredConnectors {
  var googleNames: GoogleConnectorNames { GoogleConnectorNames(mark) }

  /// Google's operating system for containers. A new machine gets the newest image of the family.
  static let googleImage = "projects/cos-cloud/global/images/family/cos-stable"
  private static let accessor = "roles/secretmanager.secretAccessor"

  func googleKey(_ seat: Seat, period: String) -> String {
    let script = GoogleBootScript(
      project: "",
      secret: "",
      image: machine.containerImage,
      environment: machine.environment
    )
    // "own account" differs from what earlier versions hashed, so that the connectors that shared an account are replaced.
    let words = [place.networkID, seat.subnetID, seat.zone, period, machine.type, script.text, "own account"]
    return key(seat, words)
  }

  /// The address of a seat's service account.
  func email(_ seat: Int, in project: String) -> String {
    ServiceAccount.email(googleNames.account(seat), project: project)
  }

  /// A firewall rule for the machines of some seats. Its description bears the Backbone's mark, by which the Backbone
  /// recognises it, and says that it is for connectors. A rule takes ten service accounts
  /// (https://cloud.google.com/firewall/quotas), and a connection has eight seats at most.
  func rule(_ direction: GoogleConnectorRole.Direction, seats: [Int], project: String) -> Firewall {
    var rule = Firewall(name: googleNames.rule(direction))
    if let backbone = place.mark {
      let role = GoogleCloudMark.connectorRole(mark.uid, direction.rawValue)
      rule.description = GoogleCloudMark.description(backbone, role: role)
    }
    rule.network = ComputeLink.path(place.networkID)
    rule.targetServiceAccounts = seats.map { email($0, in: project) }
    rule.disabled = false
    switch direction {
    case .out:
      rule.direction = "EGRESS"
      rule.priority = 1000
      rule.destinationRanges = ["0.0.0.0/0"]
      // Twingate's help pages: itself, its relays, peers.
      rule.allowed = [
        Firewall.Traffic(IPProtocol: "tcp", ports: ["30000-31000", "443"]),
        Firewall.Traffic(IPProtocol: "udp", ports: ["1-65535"]),
      ]
    case .in:
      rule.direction = "INGRESS"
      // Takes precedence over the Backbone's rule that admits everything in the Backbone.
      rule.priority = 900
      rule.sourceRanges = ["0.0.0.0/0"]
      rule.denied = [Firewall.Traffic(IPProtocol: "all")]
    }
    return rule
  }

  /// The policy of a secret: only the machine of the seat may read it.
  func grant(to seat: Int, in project: String, etag: String? = nil) -> AccessPolicy {
    AccessPolicy([.init(role: Self.accessor, members: ["serviceAccount:\(email(seat, in: project))"])], etag: etag)
  }

  /// The labels with which machines and secrets are made.
  func labels(_ key: String) -> [String: String] {
    var labels = GoogleCloudLabels.spelled(tags)
    labels[GoogleConnectorLabel.connection] = GoogleCloudLabels.spelled(mark.uid)
    labels[GoogleConnectorLabel.connector] = key
    return labels
  }

  /// - Parameter version: the tokens' version.
  func instance(_ connector: SeatedConnector, _ version: String, project: String) -> Instance {
    let (key, zone) = (connector.key, connector.seat.zone)
    var labels = labels(key)
    labels[GoogleConnectorLabel.period] = connector.imageID
    var instance = Instance(name: googleNames.machine(key, version))
    instance.description = "Connector of VPNConnection \(mark.namespace)/\(mark.name), made by cloudlinker"
    instance.machineType = "zones/\(zone)/machineTypes/\(machine.type)"
    instance.disks = [.init(boot: .init(sourceImage: Self.googleImage, diskSizeGb: "10", labels: labels))]
    instance.networkInterfaces = [.init(subnetwork: ComputeLink.path(connector.seat.subnetID))]
    instance.serviceAccounts = [
      .init(
        email: email(connector.seat.number, in: project),
        scopes: ["https://www.googleapis.com/auth/cloud-platform"]
      )
    ]
    let script = GoogleBootScript(
      project: project,
      secret: googleNames.secret(key, version),
      image: machine.containerImage,
      environment: machine.environment
    )
    instance.metadata = .init([
      .init(key: "block-project-ssh-keys", value: "true"), .init(key: "user-data", value: script.text),
    ])
    instance.labels = labels
    instance.shieldedInstanceConfig = .full
    return instance
  }
}
