internal import Foundations

/// Decides which siblings are ready. One positive answer makes a sibling ready; a negative one, or two missing ones in
/// a row, make it unready. No I/O.
struct SiblingHealth: Sendable, Hashable {
  static let failureThreshold = 2
  private var failures: [IPv4Address: Int] = [:]
  private(set) var ready: Set<IPv4Address> = []

  mutating func follow(_ siblings: Set<IPv4Address>) {
    ready.formIntersection(siblings)
    failures = failures.filter { siblings.contains($0.key) }
  }

  enum Answer: Sendable, Hashable { case ready, notReady, silent }

  mutating func record(_ sibling: IPv4Address, _ answer: Answer) {
    switch answer {
    case .ready:
      failures[sibling] = 0
      ready.insert(sibling)
    case .notReady:
      // The sibling itself says so, and has debounced its verdict.
      ready.remove(sibling)
    case .silent:
      failures[sibling, default: 0] += 1
      if failures[sibling, default: 0] >= Self.failureThreshold { ready.remove(sibling) }
    }
  }
}
