/// What the typed calls need to know of a resource of Compute Engine v1.
public protocol ComputeResource: Codable, Sendable, Hashable {
  /// In paths and in the names of permissions.
  static var collection: ComputeCollection { get }
  var name: String { get }
}

public enum ComputeCollection: String, Sendable, Hashable, CaseIterable {
  case networks, subnetworks, routers, addresses, firewalls, routes, zones, instances, forwardingRules

  /// Regional ones live under `regions/r`, the others under `global`.
  public var isRegional: Bool {
    switch self {
    case .subnetworks, .routers, .addresses, .forwardingRules: true
    case .networks, .firewalls, .routes, .zones, .instances: false
    }
  }
}

/// The last part of a link, by which resources name each other:
/// `https://www.googleapis.com/compute/v1/projects/p/global/networks/n` → `n`. Links are spelled with several hosts and
/// also without one, so they are compared by what follows `projects/`.
public enum ComputeLink {
  public static func name(_ link: String) -> String { link.split(separator: "/").last.map(String.init) ?? link }

  /// `projects/p/global/networks/n`.
  public static func path(_ link: String) -> String {
    let parts = link.split(separator: "/")
    guard let start = parts.lastIndex(of: "projects") else { return link }
    return parts[start...].joined(separator: "/")
  }

  /// The project that a link names; nil for a bare name, or a link that leaves the project out.
  public static func project(_ link: String) -> String? { part(after: "projects", of: link) }

  /// The region that a link names; nil for a bare name, or a link to something that is in no region.
  public static func region(_ link: String) -> String? { part(after: "regions", of: link) }

  /// The collection that a link leads into: `networks`; nil for a bare name.
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
