/// Everything that typed calls need to know about a resource of Compute Engine v1.
public protocol ComputeResource: Codable, Sendable, Hashable {
  /// Its name in paths and in permissions.
  static var collection: ComputeCollection { get }
  var name: String { get }
}

public enum ComputeCollection: String, Sendable, Hashable, CaseIterable {
  case networks, subnetworks, routers, addresses, firewalls, routes, zones, instances, forwardingRules
  case disks, networkEndpointGroups

  /// Zonal ones live under `zones/z`.
  public var isZonal: Bool { [.instances, .disks, .networkEndpointGroups].contains(self) }

  /// Regional ones live under `regions/r`, those that are neither under `global`.
  public var isRegional: Bool {
    switch self {
    case .subnetworks, .routers, .addresses, .forwardingRules: true
    case .networks, .firewalls, .routes, .zones, .instances, .disks, .networkEndpointGroups: false
    }
  }
}

/// The links with which resources refer to each other:
/// `https://www.googleapis.com/compute/v1/projects/p/global/networks/n` has the name `n`. Links occur with several
/// hosts and without one, so they are compared from `projects/` on.
public enum ComputeLink {
  public static func name(_ link: String) -> String { link.split(separator: "/").last.map(String.init) ?? link }

  /// `projects/p/global/networks/n`.
  public static func path(_ link: String) -> String {
    let parts = link.split(separator: "/")
    guard let start = parts.lastIndex(of: "projects") else { return link }
    return parts[start...].joined(separator: "/")
  }

  /// The project in a link; nil for a bare name, or a link without a project.
  public static func project(_ link: String) -> String? { part(after: "projects", of: link) }

  /// The region in a link; nil for a bare name, or a link to something outside regions.
  public static func region(_ link: String) -> String? { part(after: "regions", of: link) }

  /// The collection in a link: `networks`; nil for a bare name.
  public static func collection(_ link: String) -> String? {
    let parts = link.split(separator: "/")
    return parts.count > 1 ? String(parts[parts.count - 2]) : nil
  }

  private static func part(after word: String, of link: String) -> String? {
    let parts = link.split(separator: "/")
    guard let start = parts.lastIndex(of: word[...]), start + 1 < parts.count else { return nil }
    return String(parts[start + 1])
  }

  public static func same(_ left: String?, _ right: String?) -> Bool {
    guard let left, let right else { return false }
    return path(left) == path(right)
  }
}
