internal import CloudNetworks
internal import CloudResources
internal import Digests
internal import GoogleCloud

/// Access to the cluster. Google creates role bindings inside a cluster that is in a fleet: for users and groups, over
/// all namespaces, with the roles admin, edit and view. For grants that a fleet cannot make, AccessReady says what
/// somebody must apply inside.
extension GoogleCloudClusterPlanner {
  mutating func planAccess() {
    if desired.groupDomains.count > 1 {
      let domains = desired.groupDomains.joined(separator: ", ")
      let words = "spec.access has groups of \(domains), and GKE knows the groups of one domain only"
      planner.plan.problem(.access, .invalidSpec, words)
    }
    if let project = desired.googleCloud.fleetProject, let found = ownCluster?.fleet?.project, found != project,
      !found.allSatisfy(\.isNumber)
    {
      let words =
        "GKE cluster \(desired.googleCloudName) is in the fleet of \(found), and spec.gcp.fleetProject says \(project): "
        + "unregister it, or set spec.gcp.fleetProject back"
      return planner.plan.problem(.access, .invalidSpec, words)
    }
    var commands: [String] = []
    for grant in desired.access {
      guard let subject = Subject(grant.principal) else { continue }
      if desired.googleCloud.fleetProject != nil, let role = grant.role.fleet, grant.namespaces.isEmpty {
        planBinding(subject, role)
      } else {
        commands += subject.commands(grant)
      }
    }
    if !commands.isEmpty {
      planner.plan.hold(.access, "someone to run in the cluster: \(commands.joined(separator: "; "))")
    }
  }

  private mutating func planBinding(_ subject: Subject, _ role: String) {
    let id = "cloudlinker-\(SHA256.text("\(subject.kind) \(subject.name) \(role)").prefix(12))"
    let own = GoogleCloudClusterRole.binding(id)
    let membership = ownCluster?.fleet?.membership.map(FleetClient.relative)
    let name = "\(membership ?? "")/rbacrolebindings/\(id)"
    var binding = RoleBinding()
    if subject.kind == "group" { binding.group = subject.name } else { binding.user = subject.name }
    binding.role = .init(predefinedRole: role)
    binding.labels = [GoogleCloudClusterLabel.cluster: desired.mark.uid]
    var row = Planner.Row(own, id: name)
    row.needs = [.cluster]
    // Bindings are not read while the cluster is busy.
    row.isBlocked = membership == nil || ownCluster?.isBusy == true
    row.content = .binding(binding)
    row.detail = "\(role) for \(subject.kind) \(subject.name)"
    if let found = seen.bindings.first(where: { $0.name == name }) {
      if desired.marks(found.labels) {
        row.found = sighting(own, name, found.state?.code)
        let isOther = found.role != binding.role
        let words = "\(subject.name) had \(found.role?.predefinedRole ?? "another role")"
        row.change = .init(
          .binding(binding),
          details: isOther ? [words] : [],
          repairs: isOther ? ["\(own.summary): \(words)"] : []
        )
      } else {
        row.foreign = "\(own.summary) is there and does not belong to this PrivateCluster: delete it"
      }
    }
    _ = planner.plan(row)
  }

  /// A principal of Google Cloud under the name that Kubernetes knows.
  private struct Subject {
    var kind: String
    var name: String

    init?(_ principal: DesiredCluster.Principal) {
      switch principal {
      case .googleGroup(let address): (kind, name) = ("group", address)
      case .googleUser(let address), .googleServiceAccount(let address): (kind, name) = ("user", address)
      case .role, .entra: return nil
      }
    }

    func commands(_ grant: DesiredCluster.AccessGrant) -> [String] {
      let binding = "cloudlinker-\(grant.role.rawValue)-\(SHA256.text("\(kind) \(name)").prefix(8))"
      let rest = "\(binding) --clusterrole=\(grant.role.rawValue) --\(kind)=\(name)"
      guard !grant.namespaces.isEmpty, grant.role != .clusterAdmin else {
        return ["kubectl create clusterrolebinding \(rest)"]
      }
      return grant.namespaces.map { "kubectl create rolebinding \(rest) --namespace=\($0)" }
    }
  }
}

extension DesiredCluster.AccessGrant.Role {
  /// A predefined role of a fleet; nil: the fleet has none.
  fileprivate var fleet: String? {
    switch self {
    case .clusterAdmin: nil
    case .admin: "ADMIN"
    case .edit: "EDIT"
    case .view: "VIEW"
    }
  }
}
