internal import Foundations
internal import Glibc

extension HTTPTarget {
  /// Whether the host is `localhost`, or a loopback (127.0.0.0/8, ::1) or link-local address (169.254.0.0/16,
  /// fe80::/10), also as an IPv4-mapped one.
  var isOnlyReachedFromHere: Bool {
    if host == "localhost" { return true }
    if let address = IPv4Address(host) { return Self.isLocal(address) }
    guard host.hasPrefix("["), host.hasSuffix("]") else { return false }
    // A zone may follow the address (RFC 6874).
    let literal = String(host.dropFirst().dropLast().prefix { $0 != "%" })
    var parsed = in6_addr()
    guard inet_pton(AF_INET6, literal, &parsed) == 1 else { return false }
    let bytes = withUnsafeBytes(of: &parsed) { Array($0) }
    let zeros = bytes.prefix { $0 == 0 }.count
    if zeros == 15, bytes[15] == 1 { return true }
    if zeros == 10, bytes[10] == 0xff, bytes[11] == 0xff {
      return Self.isLocal(IPv4Address(bits: bytes[12...].reduce(0) { $0 << 8 | UInt32($1) }))
    }
    return bytes[0] == 0xfe && bytes[1] & 0xc0 == 0x80
  }

  private static func isLocal(_ address: IPv4Address) -> Bool {
    address.bits >> 24 == 127 || address.bits >> 16 == 0xa9fe
  }
}
