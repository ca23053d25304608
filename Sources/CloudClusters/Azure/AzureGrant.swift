internal import Azure
internal import CloudNetworks

/// A role assignment that a cluster's access needs.
struct AzureGrant: Hashable, CustomStringConvertible {
  var roleName: String
  /// The id of the role's definition.
  var role: String
  var principal: String
  var principalType: String
  var scope: ResourceID
  /// Nil: the whole cluster.
  var namespace: String?

  var description: String {
    "\(roleName) of \(principal)" + (namespace.map { " in namespace \($0)" } ?? "")
  }

  /// Network Contributor (https://learn.microsoft.com/azure/role-based-access-control/built-in-roles).
  static let networkContributor = "4d97b98b-1dfd-4911-8e56-0cbedbe68bf7"

  /// Azure's roles for AKS (same page): the rights of kubectl, and the right to get the kubeconfig.
  static let clusterUser = (name: "Azure Kubernetes Service Cluster User", id: "4abbcc35-e782-43d8-92c5-2d3f1bd2253f")
  static func builtIn(_ role: DesiredCluster.AccessGrant.Role) -> (name: String, id: String) {
    switch role {
    case .clusterAdmin:
      ("Azure Kubernetes Service RBAC Cluster Admin", "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b")
    case .admin: ("Azure Kubernetes Service RBAC Admin", "3498e952-d568-435e-9b2c-8d77e338d7f7")
    case .edit: ("Azure Kubernetes Service RBAC Writer", "a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb")
    case .view: ("Azure Kubernetes Service RBAC Reader", "7f6c6a51-bcf8-42ba-9220-52d62157d7db")
    }
  }

  /// The grants of a spec, without duplicates.
  static func all(_ desired: DesiredCluster, _ names: AzureClusterNames) -> [AzureGrant] {
    var grants: [AzureGrant] = []
    for access in desired.access {
      guard case .entra(let principal, let type) = access.principal else { continue }
      func grant(_ role: (name: String, id: String), namespace: String? = nil) -> AzureGrant {
        let scope = namespace.map { names.cluster.child("namespaces", $0) } ?? names.cluster
        return AzureGrant(
          roleName: role.name,
          role: role.id,
          principal: principal.lowercased(),
          principalType: type,
          scope: scope,
          namespace: namespace
        )
      }
      grants.append(grant(clusterUser))
      grants +=
        access.namespaces.isEmpty
        ? [grant(builtIn(access.role))] : access.namespaces.map { grant(builtIn(access.role), namespace: $0) }
    }
    var seen: Set<AzureGrant> = []
    return grants.filter { seen.insert($0).inserted }
  }

  /// From an existing assignment.
  init(_ found: RoleAssignment, cluster: ResourceID) {
    let known = DesiredCluster.AccessGrant.Role.allCases.map(Self.builtIn) + [Self.clusterUser]
    role = found.role
    roleName = known.first { $0.id == found.role }?.name ?? found.role
    principal = found.principal.lowercased()
    principalType = found.json["properties", "principalType"]?.string ?? ""
    scope = found.scope ?? cluster
    namespace = scope == cluster ? nil : scope.name
  }

  private init(
    roleName: String,
    role: String,
    principal: String,
    principalType: String,
    scope: ResourceID,
    namespace: String?
  ) {
    self.roleName = roleName
    self.role = role
    self.principal = principal
    self.principalType = principalType
    self.scope = scope
    self.namespace = namespace
  }
}
