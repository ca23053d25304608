/// RFC 3986 percent-encoding exactly as Signature Version 4 demands it: everything but `A-Z a-z 0-9 - . _ ~`, with
/// upper-case digits.
package enum PercentEncoding {
  private static let digits = Array("0123456789ABCDEF".utf8)

  package static func encode(_ text: some StringProtocol, keepingSlashes: Bool = false) -> String {
    encode(bytes: text.utf8, keepingSlashes: keepingSlashes)
  }

  /// `application/x-www-form-urlencoded`, which escapes every character that may need it.
  package static func form(_ fields: [(String, String)]) -> String {
    fields.map { "\(encode($0.0))=\(encode($0.1))" }.joined(separator: "&")
  }

  private static func encode(bytes: some Sequence<UInt8>, keepingSlashes: Bool = false) -> String {
    var out: [UInt8] = []
    for byte in bytes {
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: out.append(byte)
      case 0x2f where keepingSlashes: out.append(byte)
      default: out += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// Decodes `text` and encodes it again as `encode` does. A percent sign that starts no escape stands for itself.
  package static func normalize(_ text: some StringProtocol) -> String {
    // Byte by byte, because the decoded bytes need not be UTF-8.
    encode(bytes: decode(text))
  }

  /// The bytes that `text` stands for. A percent sign that starts no escape stands for itself.
  package static func decode(_ text: some StringProtocol) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == 0x25, rest.count >= 2, let high = value(rest[rest.startIndex]),
        let low = value(rest[rest.startIndex + 1])
      {
        bytes.append(high << 4 | low)
        rest.removeFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x41...0x46: digit - 0x41 + 10
    case 0x61...0x66: digit - 0x61 + 10
    default: nil
    }
  }
}
