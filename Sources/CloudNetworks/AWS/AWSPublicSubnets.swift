internal import Foundations

/// Chooses ranges for public subnets: /28s, the smallest that EC2 allows, from the end of the VPC's range downwards.
///
///     VPC 10.0.0.0/16, private 10.0.0.0/20 … 10.0.32.0/20     → 10.0.255.240/28, 10.0.255.224/28, 10.0.255.208/28
///     the same, and another subnet 10.0.255.0/24              → 10.0.254.240/28, …
///     private subnets fill the VPC                            → nil
///
/// All private subnets of the spec and all existing subnets are avoided, so a public subnet is never in the way of a
/// private one. An existing public subnet keeps its range.
enum AWSPublicSubnets {
  static let prefixLength = 28

  static func carve(from range: IPv4Network, avoiding taken: [IPv4Network]) -> IPv4Network? {
    guard range.prefixLength <= prefixLength else { return nil }
    let taken = IPv4Network.collapsed(taken)
    var candidate = IPv4Network(containing: range.lastAddress, prefixLength: prefixLength)
    while range.contains(candidate) {
      guard let obstacle = taken.last(where: { $0.overlaps(candidate) }) else { return candidate }
      // Continues below the whole obstacle, because a /8 has a million /28s.
      let lowest = min(obstacle.address, candidate.address)
      guard lowest.bits > 0 else { return nil }
      candidate = IPv4Network(containing: IPv4Address(bits: lowest.bits - 1), prefixLength: prefixLength)
    }
    return nil
  }
}
