/// An IPv4 address.
public struct IPv4Address: Sendable, Hashable, Comparable, LosslessStringConvertible {
  /// The four octets, the first one in the highest bits.
  public var bits: UInt32

  public init(bits: UInt32) { self.bits = bits }

  /// Reads four decimal octets. Strict: no leading zeros (some readers take them as octal), no spaces, no short forms.
  public init?(_ text: String) { self.init(octets: text.utf8) }

  init?(octets text: some Sequence<UInt8>) {
    var bits: UInt32 = 0
    var octet: UInt32 = 0
    var digits = 0
    var dots = 0
    for byte in text {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        if digits > 0 && octet == 0 { return nil }
        octet = octet * 10 + UInt32(byte - UInt8(ascii: "0"))
        digits += 1
        if octet > 255 { return nil }
      case UInt8(ascii: "."):
        dots += 1
        if digits == 0 || dots > 3 { return nil }
        bits = bits << 8 | octet
        octet = 0
        digits = 0
      default: return nil
      }
    }
    guard dots == 3, digits > 0 else { return nil }
    self.bits = bits << 8 | octet
  }

  public var description: String { "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)" }
  public static func < (left: IPv4Address, right: IPv4Address) -> Bool { left.bits < right.bits }
}

/// A range of IPv4 addresses that share their leading bits (CIDR, RFC 4632).
public struct IPv4Network: Sendable, Hashable, LosslessStringConvertible {
  /// The lowest address; its host bits are 0.
  public let address: IPv4Address
  /// The number of leading bits, 0…32.
  public let prefixLength: Int

  public enum ParseError: Error, Hashable {
    case notCIDR
    /// The text has host bits; the associated value is the network that contains the address.
    case hostBitsSet(IPv4Network)
  }

  /// The network of that length that contains the address. The length is clamped to 0…32.
  public init(containing address: IPv4Address, prefixLength: Int) {
    self.prefixLength = min(max(prefixLength, 0), 32)
    self.address = IPv4Address(bits: address.bits & Self.mask(self.prefixLength))
  }

  /// Reads `a.b.c.d/n`, strictly: no leading zeros, no host bits.
  public init(parsing text: String) throws(ParseError) {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPv4Address(octets: parts[0]) else { throw .notCIDR }
    let digits = parts[1]
    guard (1...2).contains(digits.count), digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      digits.count == 1 || digits.first != UInt8(ascii: "0")
    else { throw .notCIDR }
    let length = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    guard length <= 32 else { throw .notCIDR }
    self.init(containing: address, prefixLength: length)
    if self.address != address { throw .hostBitsSet(self) }
  }

  public init?(_ text: String) {
    guard let value = try? Self(parsing: text) else { return nil }
    self = value
  }

  public var description: String { "\(address)/\(prefixLength)" }

  /// Splits the network into 2^`bits` equal parts, lowest first; returns the network itself if it has fewer addresses.
  /// At most 2^16 parts.
  public func parts(_ bits: Int) -> [IPv4Network] {
    guard (1...16).contains(bits), prefixLength + bits <= 32 else { return [self] }
    let length = prefixLength + bits
    return (0..<UInt32(1) << UInt32(bits)).map { index in
      IPv4Network(containing: IPv4Address(bits: address.bits | index << UInt32(32 - length)), prefixLength: length)
    }
  }
  /// The highest address.
  public var lastAddress: IPv4Address { IPv4Address(bits: address.bits | ~Self.mask(prefixLength)) }

  public func contains(_ other: IPv4Address) -> Bool { other.bits & Self.mask(prefixLength) == address.bits }
  public func contains(_ other: IPv4Network) -> Bool {
    other.prefixLength >= prefixLength && contains(other.address)
  }
  public func overlaps(_ other: IPv4Network) -> Bool { contains(other) || other.contains(self) }

  /// The same addresses as ascending, disjoint networks. A network inside another one is dropped, and neighbours that
  /// make up a larger network are merged.
  public static func collapsed(_ networks: [IPv4Network]) -> [IPv4Network] {
    var result: [IPv4Network] = []
    for network in networks.sorted(by: { ($0.address, $0.prefixLength) < ($1.address, $1.prefixLength) }) {
      if let last = result.last, last.contains(network) { continue }
      result.append(network)
      while result.count >= 2 {
        let (left, right) = (result[result.count - 2], result[result.count - 1])
        let parent = IPv4Network(containing: left.address, prefixLength: left.prefixLength - 1)
        guard left.prefixLength == right.prefixLength, left.prefixLength > 0, parent.address == left.address,
          parent.contains(right)
        else { break }
        result.removeLast(2)
        result.append(parent)
      }
    }
    return result
  }

  private static func mask(_ length: Int) -> UInt32 { length == 0 ? 0 : UInt32.max << UInt32(32 - length) }
}
