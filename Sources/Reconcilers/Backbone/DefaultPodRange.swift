internal import Digests
internal import Foundations

/// The range of pods if the spec names none: a /16 of 100.64.0.0/10 (RFC 6598), which companies do not route.
///
/// It is derived from the uid, so it stays the same as long as the Backbone lives, and two Backbones that are connected
/// later seldom have the same one. The last of the 64 /16s is left to Services; see `GoogleCloudSecondaryRanges`.
enum DefaultPodRange {
  private static let candidates = IPv4Network(containing: IPv4Address(bits: 100 << 24 | 64 << 16), prefixLength: 10)
    .parts(6).dropLast()

  static func of(_ uid: String, avoiding cidr: IPv4Network) -> IPv4Network {
    let free = candidates.filter { !$0.overlaps(cidr) }
    let seed = Int(SHA256.text(uid).prefix(7), radix: 16) ?? 0
    return free[seed % free.count]
  }
}
