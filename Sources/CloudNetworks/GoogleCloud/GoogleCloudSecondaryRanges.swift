internal import Foundations
internal import GoogleCloud

/// Where pods and services get their addresses: two secondary ranges in each subnetwork, `pods` (/16, 256 nodes with a
/// /24 each) and `services` (/20).
///
/// Where the spec names no ranges of pods, they are carved from 100.64.0.0/10 (RFC 6598), which GKE accepts and no company
/// routes: the Backbone's range stays whole for nodes and may be small. Pods come from the first 63 of its /16s,
/// services from the last. Where the search begins follows from the uid, so that two networks that will be peered
/// seldom collide. Of ranges that the spec names, a subnetwork's pods get an eighth, and the last eighth is the services'.
///
/// Ranges that exist are kept, whatever they are; new ones avoid everything seen in the network.
struct GoogleCloudSecondaryRanges {
  static let pods = "pods"
  static let services = "services"
  /// The smallest range that GKE takes for services.
  private static let longestPrefix = 27
  private static let shared: UInt32 = 100 << 24 | 64 << 16

  /// In the order in which they are given out.
  private let candidates: [(name: String, ranges: [IPv4Network])]

  init(seed: UInt32) {
    candidates = [(Self.pods, 16, UInt32(63)), (Self.services, 20, 16)].map { name, length, count in
      let start = name == Self.pods ? Self.shared : Self.shared + 63 << 16
      let ranges = (0..<count).map { index in
        let place = (seed % count + index) % count
        return IPv4Network(
          containing: IPv4Address(bits: start + place << UInt32(32 - length)),
          prefixLength: length
        )
      }
      return (name, ranges)
    }
  }

  /// - Parameter given: the ranges of pods that the spec names.
  init(given: [IPv4Network]) {
    let eighths = given.map { $0.parts(3) }
    let last = eighths.compactMap(\.last)
    candidates = [
      (Self.pods, eighths.flatMap { $0.dropLast() }),
      (Self.services, last.flatMap { $0.parts(min(3, max(0, Self.longestPrefix - $0.prefixLength))) }),
    ]
  }

  /// - Parameters:
  ///   - existing: of the subnetwork.
  ///   - taken: everywhere in the network; what is given out is added.
  /// - Returns: `existing` with what was missing; nil when there is no room.
  func complete(
    _ existing: [Subnetwork.SecondaryRange],
    taken: inout [IPv4Network]
  ) -> [Subnetwork.SecondaryRange]? {
    var ranges = existing
    for (name, candidates) in candidates where !ranges.contains(where: { $0.rangeName == name }) {
      guard let free = candidates.first(where: { candidate in !taken.contains { $0.overlaps(candidate) } }) else {
        return nil
      }
      taken.append(free)
      ranges.append(Subnetwork.SecondaryRange(rangeName: name, ipCidrRange: free.description))
    }
    return ranges
  }
}
