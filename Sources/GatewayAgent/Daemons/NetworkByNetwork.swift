internal import Foundations

/// Asks for the remote networks one by one where the server does not grant them together: firewalls (Cisco ASA,
/// FortiGate) have a CHILD_SA for each network. They narrow a proposal of several networks to the first, or refuse it.
/// No I/O.
struct NetworkByNetwork: Sendable {
  /// How often to ask again for a network that the server refuses: somebody may add it there.
  static let retry = Duration.seconds(60)
  /// How long to wait for the server's answer to a request for one network.
  static let answerDelay = Duration.seconds(1)
  private let networks: [IPv4Network]
  private var nextAt: [IPv4Network: ContinuousClock.Instant] = [:]
  private var firstAskedAt: [IPv4Network: ContinuousClock.Instant] = [:]

  init(_ networks: [IPv4Network]) { self.networks = networks }

  /// The networks to ask for now.
  /// - Parameters:
  ///   - isRefused: whether the server refused all of them together.
  mutating func due(_ report: IPsecReport, isRefused: Bool, now: ContinuousClock.Instant) -> [IPv4Network] {
    guard networks.count > 1, report.isInstalled || isRefused else { return [] }
    let missing = report.uncovered(of: networks)
    nextAt = nextAt.filter { missing.contains($0.key) }
    firstAskedAt = firstAskedAt.filter { missing.contains($0.key) }
    let due = missing.filter { nextAt[$0].map { now >= $0 } ?? true }
    for network in due {
      nextAt[network] = now.advanced(by: Self.retry)
      if firstAskedAt[network] == nil { firstAskedAt[network] = now }
    }
    return due
  }

  /// The networks that the server did not grant, although each was asked for alone if there are several.
  func refused(_ report: IPsecReport, now: ContinuousClock.Instant) -> [IPv4Network] {
    let missing = report.uncovered(of: networks)
    guard networks.count > 1 else { return missing }
    return missing.filter { network in firstAskedAt[network].map { now - $0 >= Self.answerDelay } ?? false }
  }
}
