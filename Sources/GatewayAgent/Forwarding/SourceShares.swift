internal import Foundations

/// Limits how many connections each client address may hold, so that one pod cannot take them all from the others. No
/// I/O.
///
/// An address may hold as many connections as there are free places. So a single address gets half of all, and there is
/// always a place for an address that has none. A sibling that hands over its clients counts as one address.
///
///     others hold    an address may hold, of 4,096
///     0              2,048
///     2,048          1,024
///     4,032          32
struct SourceShares {
  private let total: Int
  private var counts: [IPv4Address: Int] = [:]
  private(set) var count = 0

  /// - Parameter total: the limit for all addresses together.
  init(total: Int) { self.total = total }

  /// Takes a place for one more connection of `address`.
  /// - Returns: false if the address already has its share.
  mutating func take(_ address: IPv4Address) -> Bool {
    let own = counts[address] ?? 0
    guard own < total - count else { return false }
    counts[address] = own + 1
    count += 1
    return true
  }

  /// Gives back what `take` took.
  mutating func giveBack(_ address: IPv4Address) {
    guard let own = counts[address] else { return }
    counts[address] = own == 1 ? nil : own - 1
    count -= 1
  }
}
