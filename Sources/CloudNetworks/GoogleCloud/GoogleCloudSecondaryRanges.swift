internal import Foundations
internal import GoogleCloud

/// Where pods and services get their addresses: two secondary ranges in each subnetwork, `pods` (/16, 256 nodes with a
/// /24 each) and `services` (/20).
///
/// They are carved outside the Backbone's own range, from 100.64.0.0/10 (RFC 6598), which GKE accepts and no company
/// routes: the Backbone's range stays whole for nodes and may be small. Pods come from the first 63 of its /16s,
/// services from the last. Where the search begins follows from the uid, so that two networks that will be peered
/// seldom collide. Ranges that exist are kept, whatever they are; new ones avoid everything seen in the network.
enum GoogleCloudSecondaryRanges {
  static let pods = "pods"
  static let services = "services"
  private static let shared: UInt32 = 100 << 24 | 64 << 16

  /// - Parameters:
  ///   - existing: of the subnetwork.
  ///   - taken: everywhere in the network; what is given out is added.
  /// - Returns: `existing` with what was missing; nil when there is no room.
  static func complete(
    _ existing: [Subnetwork.SecondaryRange],
    seed: UInt32,
    taken: inout [IPv4Network]
  ) -> [Subnetwork.SecondaryRange]? {
    var ranges = existing
    for (name, length, count) in [(pods, 16, UInt32(63)), (services, 20, 16)]
    where !ranges.contains(where: { $0.rangeName == name }) {
      let start = name == pods ? shared : shared + 63 << 16
      let free = (0..<count).lazy.map { index -> IPv4Network in
        let place = (seed % count + index) % count
        return IPv4Network(
          containing: IPv4Address(bits: start + place << UInt32(32 - length)),
          prefixLength: length
        )
      }.first { candidate in !taken.contains { $0.overlaps(candidate) } }
      guard let free else { return nil }
      taken.append(free)
      ranges.append(Subnetwork.SecondaryRange(rangeName: name, ipCidrRange: free.description))
    }
    return ranges
  }
}
