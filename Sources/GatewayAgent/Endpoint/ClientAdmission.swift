internal import Foundations

/// Decides which connection to close when another one arrives. No I/O.
///
/// Every pod that the NetworkPolicy admits may open connections to the status port, and whatever they do, the kubelet's
/// probes must get an answer:
///
/// | connections from the new one's address | in all | closed for it |
/// |---|---|---|
/// | fewer than the limit | fewer than the limit | none |
/// | the limit | any | the longest idle one of that address |
/// | fewer than the limit | the limit | the longest idle one of the addresses that have the most |
///
/// If none of those is idle, the new connection is closed.
enum ClientAdmission {
  /// The most connections from one address. A kubelet, a sibling and an operator need one or two.
  static let perAddress = 16
  static let total = 256
  /// The most requests from one address that are held until the status changes (docs/decisions/0002).
  static let heldPerAddress = 4

  struct Entry: Sendable, Hashable {
    var address: IPv4Address
    /// Since when it has been idle: its request is incomplete, or held. Nil while an answer is being sent.
    var idleSince: ContinuousClock.Instant?
    var isHeld = false
  }
  enum Verdict: Sendable, Hashable { case admitted, refused, admittedInPlace(of: Int) }

  /// - Parameter entries: the present connections.
  static func verdict(on newcomer: IPv4Address, among entries: [Entry]) -> Verdict {
    let counts = entries.reduce(into: [:]) { $0[$1.address, default: 0] += 1 }
    let found: Int?
    if counts[newcomer, default: 0] >= perAddress {
      found = longestIdle(entries) { $0.address == newcomer }
    } else if entries.count >= total {
      let most = counts.values.max()
      found = longestIdle(entries) { counts[$0.address] == most }
    } else {
      return .admitted
    }
    return found.map { .admittedInPlace(of: $0) } ?? .refused
  }

  /// The held request to answer at once, as if its wait were over, so that one more request of `newcomer` can be held.
  static func released(for newcomer: IPv4Address, among entries: [Entry]) -> Int? {
    let isTheirs: (Entry) -> Bool = { $0.address == newcomer && $0.isHeld }
    return entries.count(where: isTheirs) >= heldPerAddress ? longestIdle(entries, where: isTheirs) : nil
  }

  private static func longestIdle(_ entries: [Entry], where isEligible: (Entry) -> Bool) -> Int? {
    var found: (index: Int, since: ContinuousClock.Instant)?
    for (index, entry) in entries.enumerated() where isEligible(entry) {
      guard let since = entry.idleSince, found.map({ since < $0.since }) ?? true else { continue }
      found = (index, since)
    }
    return found?.index
  }
}
