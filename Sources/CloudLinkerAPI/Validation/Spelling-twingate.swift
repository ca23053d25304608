internal import Foundations

/// The controller's versions of the patterns in `Lexical` for Twingate.
extension Spelling {
  static func isTwingateRange(_ address: IPv4Address) -> Bool { address.bits >> 20 == 100 << 4 | 6 }

  /// A DNS name with a dot, not below `.local`, without wildcards.
  static func isAlias(_ text: String) -> Bool {
    text.contains(".") && text.utf8.count >= 3 && !text.hasSuffix(".local") && isDNSName(text)
  }

  /// A DNS name in which `*` and `?` may stand for characters.
  static func isNamePattern(_ text: String) -> Bool {
    // Wildcards count as letters.
    isDNSName(String(text.map { $0 == "*" || $0 == "?" ? "x" : $0 }))
  }

  static func isImage(_ text: String) -> Bool {
    let others = Array("-._/:@".utf8)
    guard let first = text.utf8.first, isAlphanumeric(first) else { return false }
    return text.utf8.allSatisfy { isAlphanumeric($0) || others.contains($0) }
  }

  static func isEmail(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !text.contains(" ") else { return false }
    let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
    return labels.count > 1 && labels.first?.isEmpty == false && labels.last?.isEmpty == false
  }

  /// Capital letters, digits and `_`, a letter first.
  static func isVariableName(_ text: String) -> Bool {
    guard let first = text.utf8.first, isCapital(first), text.utf8.count <= 63 else { return false }
    return text.utf8.allSatisfy { isCapital($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
  }

  /// Two parts of lower-case letters, digits and `-`, with a dot between them: `t3a.micro`.
  static func isInstanceType(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 2 && text.utf8.count <= 63 && parts.allSatisfy { isMachineType(String($0)) }
  }

  static func isMachineType(_ text: String) -> Bool { isDNSLabel(text, atMost: 63) }

  static func isAWSID(_ text: String, prefix: String) -> Bool {
    let digits = text.dropFirst(prefix.count)
    return text.hasPrefix(prefix) && !digits.isEmpty && text.utf8.count <= 63
      && digits.utf8.allSatisfy { isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
  }

  /// A name as IAM allows it (IAM API reference, CreateInstanceProfile).
  static func isInstanceProfile(_ text: String) -> Bool {
    let others = Array("+=,.@_-".utf8)
    return (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { isAlphanumeric($0) || others.contains($0) }
  }

  private static func isCapital(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
  private static func isAlphanumeric(_ byte: UInt8) -> Bool { isCapital(byte) || isLowerOrDigit(byte) }
}
