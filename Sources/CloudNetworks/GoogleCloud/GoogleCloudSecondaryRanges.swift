internal import Foundations
internal import GoogleCloud

/// Chooses ranges for pods and services: two secondary ranges in each subnetwork, `pods` (/16, 256 nodes with a /24
/// each) and `services` (/20).
///
/// If the spec names no ranges for pods, they are taken from 100.64.0.0/10 (RFC 6598), which GKE accepts and companies
/// do not route. The Backbone's range is then left for nodes alone and may be small. Pods get the first 63 of its /16s,
/// services the last. The search starts at a point derived from the uid, so that two networks that are peered later
/// seldom collide. If the spec names ranges, the pods of a subnetwork get an eighth of one, and services the last
/// eighth.
///
/// Existing ranges are kept. New ones avoid everything seen in the network.
struct GoogleCloudSecondaryRanges {
  static let pods = "pods"
  static let services = "services"
  /// The smallest range that GKE accepts for services.
  private static let longestPrefix = 27
  private static let shared: UInt32 = 100 << 24 | 64 << 16

  /// Candidates in the order in which they are handed out.
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
  ///   - existing: the ranges of the subnetwork.
  ///   - taken: all ranges in use in the network; those handed out are added.
  /// - Returns: `existing` with missing ranges added; nil if there is no room.
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
