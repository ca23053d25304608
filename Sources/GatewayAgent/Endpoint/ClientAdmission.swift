internal import Foundations

/// Which connection gives way when another one comes. No I/O.
///
/// Any pod of the namespaces that the NetworkPolicy admits may open connections to the status port, and the kubelet's
/// probes must be answered whatever they do:
///
/// | connections of the newcomer's address | in all | closed for it |
/// |---|---|---|
/// | fewer than the limit | fewer than the limit | none |
/// | the limit | any | the longest idle one of that address |
/// | fewer than the limit | the limit | the longest idle one of the addresses that have the most |
///
/// Where none of them is idle the newcomer is closed.
enum ClientAdmission {
  /// Connections of one address; a kubelet, a sibling and an operator need one or two.
  static let perAddress = 16
  static let total = 256
  /// Requests of one address that are held until the status changes (docs/decisions/0002).
  static let heldPerAddress = 4

  struct Entry: Sendable, Hashable {
    var address: IPv4Address
    /// Since when nothing happens: no whole request has come yet, or the request is held. Nil: an answer is under way.
    var idleSince: ContinuousClock.Instant?
    var isHeld = false
  }
  enum Verdict: Sendable, Hashable { case admitted, refused, admittedInPlace(of: Int) }

  /// - Parameter entries: the connections that there are.
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

  /// The held request that is answered at once, as if its time were over, when that address asks to be held once more.
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
