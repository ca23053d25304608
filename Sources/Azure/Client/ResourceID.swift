/// The path of a resource: `/subscriptions/S/resourceGroups/G/providers/Microsoft.Network/virtualNetworks/V/subnets/N`.
///
/// Azure returns ids in any case, so two ids that differ only in case are equal.
public struct ResourceID: Sendable, Hashable, LosslessStringConvertible {
  public let subscription: String
  /// Nil for a resource of the whole subscription.
  public let group: String?
  /// `Microsoft.Network`; nil for a resource group.
  public let provider: String?
  /// Types and names alternately, outermost first.
  private let path: [String]
  public let description: String
  private let key: String

  public init(subscription: String, group: String) {
    self.init(subscription: subscription, group: group, provider: nil, path: [])
  }

  /// A resource in a group: `id.resource("Microsoft.Network", "virtualNetworks", "main")`.
  public func resource(_ provider: String, _ type: String, _ name: String) -> ResourceID {
    ResourceID(subscription: subscription, group: group, provider: provider, path: [type, name])
  }

  /// A resource inside this one.
  public func child(_ type: String, _ name: String) -> ResourceID {
    ResourceID(subscription: subscription, group: group, provider: provider, path: path + [type, name])
  }

  /// A resource that another provider keeps for this one: a role assignment.
  public func extended(_ provider: String, _ type: String, _ name: String) -> ResourceID {
    ResourceID(
      subscription: subscription,
      group: group,
      provider: self.provider,
      path: path + [Self.mark, provider, type, name]
    )
  }

  private static let mark = "providers"

  private init(subscription: String, group: String?, provider: String?, path: [String]) {
    self.subscription = subscription
    self.group = group
    self.provider = provider
    self.path = path
    var text = "/subscriptions/\(subscription)"
    if let group { text += "/resourceGroups/\(group)" }
    if let provider { text += "/providers/\(([provider] + path).joined(separator: "/"))" }
    description = text
    key = text.lowercased()
  }

  /// Nil for anything that is not an id. An id has only characters that need no escape in a URL, and no name is `.` or
  /// `..`.
  public init?(_ text: String) {
    var parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)[...]
    guard parts.popFirst() == "", parts.allSatisfy(Self.isName), Self.same(parts.popFirst(), "subscriptions"),
      let subscription = parts.popFirst()
    else { return nil }
    var group: String?
    if Self.same(parts.first, "resourceGroups") {
      guard parts.count >= 2 else { return nil }
      group = parts.dropFirst().first
      parts = parts.dropFirst(2)
    }
    if Self.same(parts.first, "providers") {
      guard parts.count >= 4, parts.count % 2 == 0 else { return nil }
      let provider = parts.dropFirst().first
      self.init(subscription: subscription, group: group, provider: provider, path: Array(parts.dropFirst(2)))
    } else {
      guard parts.isEmpty, let group else { return nil }
      self.init(subscription: subscription, group: group)
    }
  }

  public var name: String { path.last ?? group ?? subscription }

  /// The provider that answers for it, and its types and names: behind the last `providers` of the id.
  private var own: (provider: String, path: ArraySlice<String>)? {
    guard let provider else { return nil }
    let marks = stride(from: 0, to: path.count, by: 2).filter { Self.same(path[$0], Self.mark) }
    return marks.last.map { (path[$0 + 1], path[($0 + 2)...]) } ?? (provider, path[...])
  }

  /// The provider that answers for it: `Microsoft.Authorization` for a role assignment of a network.
  public var answeringProvider: String? { own?.provider }

  /// `Microsoft.Network/virtualNetworks/subnets`, as permissions spell it.
  public var type: String {
    guard let own else { return "Microsoft.Resources/subscriptions/resourceGroups" }
    let types = stride(from: own.path.startIndex, to: own.path.endIndex, by: 2).map { own.path[$0] }
    return ([own.provider] + types).joined(separator: "/")
  }

  /// The resource that contains this one; nil for one directly in a group.
  public var parent: ResourceID? {
    guard path.count > 2 else { return nil }
    // The mark and the provider go with what they introduce.
    let outer = path.dropLast(own?.path.count == 2 ? 4 : 2)
    return ResourceID(subscription: subscription, group: group, provider: provider, path: Array(outer))
  }

  /// The group that contains it.
  public var groupID: ResourceID? { group.map { ResourceID(subscription: subscription, group: $0) } }

  public static func == (left: ResourceID, right: ResourceID) -> Bool { left.key == right.key }
  public func hash(into hasher: inout Hasher) { hasher.combine(key) }

  private static func isName(_ part: String) -> Bool {
    let isPlain = part.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
      default: "-._~()".utf8.contains(byte)
      }
    }
    return isPlain && !part.isEmpty && part != "." && part != ".."
  }

  private static func same(_ part: String?, _ word: String) -> Bool { part?.lowercased() == word.lowercased() }
}
