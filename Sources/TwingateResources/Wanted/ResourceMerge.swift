package import Foundations

/// Merges the resources that different objects request into the one list of a connection.
package enum ResourceMerge {
  /// Who asks. People who may annotate a Service decide nothing about the connection, however old the Service is.
  package enum Voice: Int, Sendable {
    /// The connection itself, or an object whose authors may write connections.
    case connection
    /// An annotated Service or Ingress.
    case annotation
  }

  package struct Entry: Sendable, Hashable {
    package var request: ResourceRequest
    package var voice: Voice
    /// The age of the request: the creation of the requesting object.
    package var since: Timestamp
    package init(_ request: ResourceRequest, by voice: Voice = .connection, since: Timestamp) {
      self.request = request
      self.voice = voice
      self.since = since
    }

    /// What has the lower rank keeps what both ask for.
    package var rank: (Int, Timestamp) { (voice.rawValue, since) }
  }

  /// An alias that an object outside this list requests.
  package struct Claim: Sendable, Hashable {
    package var voice: Voice
    package var since: Timestamp
    /// The requesting object, for messages.
    package var holder: String
    /// Whether it counts as older if both were created in the same second.
    package var winsTies: Bool
    package init(by voice: Voice = .connection, since: Timestamp, holder: String, winsTies: Bool) {
      self.voice = voice
      self.since = since
      self.holder = holder
      self.winsTies = winsTies
    }

    package var rank: (Int, Timestamp) { (voice.rawValue, since) }
    func precedes(_ entry: Entry) -> Bool { rank < entry.rank || rank == entry.rank && winsTies }
  }

  /// Of two entries that exclude each other, the connection's own keeps its place against one of an annotation, else the
  /// older:
  ///
  ///     the same origin   the other is refused: one name twice
  ///     the same alias    the other is refused: a client could be led to either
  ///     a claim of it     the other of the two; one that is refused for it claims nothing from others
  ///     a mistake         is refused by itself, and takes no alias
  ///
  /// - Parameters:
  ///   - claims: by alias in lower case: those of other connections of the same network.
  ///   - limit: how many resources a connection may have; the last are refused.
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
    let sorted = entries.enumerated().sorted { one, other in
      one.element.rank == other.element.rank ? one.offset < other.offset : one.element.rank < other.element.rank
    }
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
        refuse(.aliasConflict, "alias \(alias) is that of \(holder), which comes first: choose another alias")
      } else if let alias, let claim = claims[alias], claim.precedes(entry) {
        refuse(.aliasConflict, "alias \(alias) is that of \(claim.holder), which comes first: choose another alias")
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
