internal import FoundationEssentials

/// Reads DER values (X.690) one after the other, as far as certificates and keys need it.
struct DER {
  static let integer: UInt8 = 0x02
  static let bitString: UInt8 = 0x03
  static let octetString: UInt8 = 0x04
  static let identifier: UInt8 = 0x06
  static let utcTime: UInt8 = 0x17
  static let generalizedTime: UInt8 = 0x18
  static let sequence: UInt8 = 0x30

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// - Parameter pem: one block.
  init?(pem: String) {
    let body = pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
    guard let data = Data(base64Encoded: body) else { return nil }
    rest = ArraySlice(data)
  }

  /// The content of the next value; nil if its tag is another one, or if it is cut off.
  mutating func next(_ tag: UInt8) -> ArraySlice<UInt8>? {
    guard rest.first == tag else { return nil }
    return next()
  }

  /// The content of the next value, whatever its tag.
  mutating func next() -> ArraySlice<UInt8>? {
    var bytes = rest.dropFirst()
    guard let first = bytes.popFirst() else { return nil }
    var length = Int(first)
    if first >= 0x80 {
      // The number of length bytes. A value that needs more than four would not fit into a Secret.
      let count = Int(first & 0x7f)
      guard (1...4).contains(count), bytes.count >= count else { return nil }
      length = bytes.prefix(count).reduce(0) { $0 << 8 | Int($1) }
      bytes = bytes.dropFirst(count)
    }
    guard bytes.count >= length else { return nil }
    defer { rest = bytes.dropFirst(length) }
    return bytes.prefix(length)
  }

  var startsWithInteger: Bool { rest.first == Self.integer }
}
