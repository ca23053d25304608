public import Foundations

/// The one list of resources of a connection, from everyone who asks for some.
public enum ResourceMerge {
  public struct Entry: Sendable, Hashable {
    public var request: ResourceRequest
    /// Since when it is asked for: the creation of the object that asks.
    public var since: Timestamp
    public init(_ request: ResourceRequest, since: Timestamp) {
      self.request = request
      self.since = since
    }
  }

  /// Of two entries that cannot both be, the older keeps its place:
  ///
  ///     the same origin   the younger is refused: one name twice
  ///     the same alias    the younger is refused: a client could be led to either
  ///     a mistake         is refused by itself, and takes no alias
  ///
  /// - Parameter limit: how many resources a connection may have; the youngest are refused.
  public static func merge(
    _ entries: [Entry],
    limit: Int = 256
  ) -> (requests: [ResourceRequest], refusals: [TwingateReport.Refusal]) {
    var requests: [ResourceRequest] = []
    var refusals: [TwingateReport.Refusal] = []
    var aliases: [String: String] = [:]
    var origins: Set<String> = []
    // Entries of one object keep their order.
    let sorted = entries.enumerated().sorted { ($0.element.since, $0.offset) < ($1.element.since, $1.offset) }
    for request in sorted.map(\.element.request) {
      func refuse(_ reason: TwingateReport.Refusal.Reason, _ message: String) {
        refusals.append(.init(origin: request.origin, reason: reason, message: "resource \(request.name): \(message)"))
      }
      let mistakes = ResourceRules.mistakes(in: request)
      let alias = request.alias?.lowercased()
      if !mistakes.isEmpty {
        refuse(.invalidSpec, mistakes.joined(separator: "; "))
      } else if origins.contains(request.origin) {
        refuse(.invalidSpec, "there is another of that name: give each its own")
      } else if let alias, let holder = aliases[alias] {
        refuse(.aliasConflict, "alias \(alias) is that of \(holder), which is older: choose another alias")
      } else if requests.count >= limit {
        refuse(.invalidSpec, "a connection has at most \(limit) resources")
      } else {
        requests.append(request)
        origins.insert(request.origin)
        if let alias { aliases[alias] = request.origin }
      }
    }
    return (requests, refusals)
  }
}
