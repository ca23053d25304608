package import Foundations

/// Merges the resources that different objects request into the one list of a connection.
package enum ResourceMerge {
  package struct Entry: Sendable, Hashable {
    package var request: ResourceRequest
    /// The age of the request: the creation of the requesting object.
    package var since: Timestamp
    package init(_ request: ResourceRequest, since: Timestamp) {
      self.request = request
      self.since = since
    }
  }

  /// An alias that an object outside this list requests.
  package struct Claim: Sendable, Hashable {
    package var since: Timestamp
    /// The requesting object, for messages.
    package var holder: String
    /// Whether it counts as older if both were created in the same second.
    package var winsTies: Bool
    package init(since: Timestamp, holder: String, winsTies: Bool) {
      self.since = since
      self.holder = holder
      self.winsTies = winsTies
    }

    func isOlder(than entry: Entry) -> Bool { since < entry.since || since == entry.since && winsTies }
  }

  /// Of two entries that exclude each other, the older keeps its place:
  ///
  ///     the same origin   the younger is refused: one name twice
  ///     the same alias    the younger is refused: a client could be led to either
  ///     a claim of it     the younger of the two; one that is refused for it claims nothing from others
  ///     a mistake         is refused by itself, and takes no alias
  ///
  /// - Parameters:
  ///   - claims: by alias in lower case: those of other connections of the same network.
  ///   - limit: how many resources a connection may have; the youngest are refused.
  package static func merge(
    _ entries: [Entry],
    claims: [String: Claim] = [:],
    limit: Int = 256
  ) -> (requests: [ResourceRequest], refusals: [TwingateReport.Refusal]) {
    var requests: [ResourceRequest] = []
    var refusals: [TwingateReport.Refusal] = []
    var aliases: [String: String] = [:]
    var origins: Set<String> = []
    // Entries of one object keep their order.
    let sorted = entries.enumerated().sorted { ($0.element.since, $0.offset) < ($1.element.since, $1.offset) }
    for entry in sorted.map(\.element) {
      let request = entry.request
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
      } else if let alias, let claim = claims[alias], claim.isOlder(than: entry) {
        refuse(.aliasConflict, "alias \(alias) is that of \(claim.holder), which is older: choose another alias")
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
