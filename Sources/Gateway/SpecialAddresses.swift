public import Foundations

/// IPv4 addresses that no remote host has (RFC 6890), so that no VPN server and no tunnel may use them.
public enum SpecialAddresses {
  /// 169.254.0.0/16 (RFC 3927): clouds have their metadata servers there, and nodes their DNS caches.
  public static let linkLocal = IPv4Network(containing: IPv4Address(bits: 0xa9fe_0000), prefixLength: 16)

  private static let ranges: [(network: IPv4Network, name: String)] = [
    (IPv4Network(containing: IPv4Address(bits: 0), prefixLength: 8), "an address of this network"),
    (IPv4Network(containing: IPv4Address(bits: 0x7f00_0000), prefixLength: 8), "a loopback address"),
    (linkLocal, "a link-local address"),
    (IPv4Network(containing: IPv4Address(bits: 0xe000_0000), prefixLength: 4), "a multicast address"),
    (IPv4Network(containing: IPv4Address(bits: 0xf000_0000), prefixLength: 4), "a reserved address"),
  ]

  /// What kind of special address it is, with an article; nil for one that a host may have.
  public static func range(of address: IPv4Address) -> String? {
    ranges.first { $0.network.contains(address) }?.name
  }
}
