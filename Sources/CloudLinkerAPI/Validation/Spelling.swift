internal import Foundations

/// The controller's versions of the patterns in `Lexical`, written by hand: a regular expression costs more than the
/// rest of the reconcile.
enum Spelling {
  static func isDNSLabel(_ text: String, atMost length: Int = 63) -> Bool {
    isLabel(text[...].utf8, atMost: length, isPart: isLowerOrDigit)
  }

  static func isServiceName(_ text: String) -> Bool {
    isDNSLabel(text) && text.utf8.first.map(isDigit) == false
  }

  static func isDNSSubdomain(_ text: String, atMost length: Int = 253) -> Bool {
    text.utf8.count <= length
      && text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        .allSatisfy { isLabel($0, atMost: length, isPart: isLowerOrDigit) }
  }

  static func isIPv4OrDNSName(_ text: String) -> Bool { IPv4Address(text) != nil || isDNSName(text) }

  /// A DNS name whose last label is not a number, since that would be a mistyped address.
  static func isDNSName(_ text: String) -> Bool {
    guard (1...253).contains(text.utf8.count) else { return false }
    let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard let last = labels.last, labels.allSatisfy({ isLabel($0, atMost: 63, isPart: isLetterOrDigit) }) else {
      return false
    }
    return last.first { !isDigit($0) }.map(isLetter) == true
  }

  /// An IPv4 address, a colon and a port.
  static func ipv4AndPort(_ text: String) -> IPv4Address? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPv4Address(String(parts[0])), parts[1].utf8.allSatisfy(isDigit),
      parts[1].utf8.first != UInt8(ascii: "0"), let port = UInt16(parts[1]), port > 0
    else { return nil }
    return address
  }

  /// `arn:aws:iam::123456789012:role/path/name`.
  static func isRoleARN(_ text: String) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard text.utf8.count <= 512, parts.count == 6, parts[0] == "arn", isPartition(parts[1]), parts[2] == "iam",
      parts[3].isEmpty, parts[4].utf8.count == 12, parts[4].utf8.allSatisfy(isDigit), parts[5].hasPrefix("role/")
    else { return false }
    let name = parts[5].dropFirst("role/".count).utf8
    let others = Array("-+=,.@_/".utf8)
    return !name.isEmpty && name.allSatisfy { isLetterOrDigit($0) || others.contains($0) }
  }

  /// `arn:aws:s3:::bucket/folder/folder`.
  static func isBucketARN(_ text: String) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard text.utf8.count <= 512, parts.count == 6, parts[0] == "arn", isPartition(parts[1]), parts[2] == "s3",
      parts[3].isEmpty, parts[4].isEmpty
    else { return false }
    var folders = parts[5].split(separator: "/", omittingEmptySubsequences: false)
    let bucket = folders.removeFirst().utf8
    if folders.last?.isEmpty == true { folders.removeLast() }
    let others = Array("-!_.*()".utf8)
    return (3...63).contains(bucket.count) && bucket.first.map(isLowerOrDigit) == true
      && bucket.last.map(isLowerOrDigit) == true && bucket.allSatisfy { isLowerOrDigit($0) || "-.".utf8.contains($0) }
      && folders.allSatisfy { folder in
        !folder.isEmpty && folder != "AWSLogs" && folder.utf8.allSatisfy { isLetterOrDigit($0) || others.contains($0) }
      }
  }

  /// An EC2 id such as `nat-0a1b2c`, with one of these prefixes.
  static func isEC2ID(_ text: String, _ kinds: [String]) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count == 2 && kinds.contains(String(parts[0])) && !parts[1].isEmpty
      && parts[1].utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
  }

  /// `ecr.api` or `com.amazonaws.eu-west-1.ecr.api`, but not S3.
  static func isAWSService(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return text.utf8.count <= 512 && text.utf8.first.map(isDigit) == false && parts.last != "s3"
      && parts.allSatisfy { part in
        part.utf8.first.map(isLowerOrDigit) == true
          && part.utf8.allSatisfy { isLowerOrDigit($0) || $0 == UInt8(ascii: "-") }
      }
  }

  /// `/subscriptions/…/resourceGroups/…/providers/Microsoft.Network/natGateways/name`, in any case.
  /// - Parameter type: such as `Microsoft.Network/natGateways`.
  static func isAzureID(_ text: String, of type: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 9, parts[0].isEmpty, isUUID(parts[2]), isResourceGroup(parts[4]) else { return false }
    let fixed = [parts[1], parts[3], parts[5], parts[6], parts[7]].joined(separator: "/").lowercased()
    let others = Array("-._".utf8)
    return fixed == "subscriptions/resourceGroups/providers/\(type)".lowercased()
      && (1...253).contains(parts[8].utf8.count)
      && parts[8].utf8.allSatisfy { isLetterOrDigit($0) || others.contains($0) }
  }

  /// Only characters that EC2 allows in a rule's description.
  static func isRuleDescription(_ text: String) -> Bool {
    let others = Array(" ._-:/()#,@[]+=&;{}!$*".utf8)
    return (1...140).contains(text.utf8.count) && text.utf8.allSatisfy { isLetterOrDigit($0) || others.contains($0) }
  }

  /// `aws`, `aws-cn`, `aws-us-gov`.
  private static func isPartition(_ text: Substring) -> Bool {
    text.hasPrefix("aws")
      && text.dropFirst(3).utf8.allSatisfy { $0 == UInt8(ascii: "-") || isLowerOrDigit($0) && !isDigit($0) }
  }

  static func isUUID(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    let hexadecimal = Array("0123456789abcdefABCDEF".utf8)
    return parts.map(\.count) == [8, 4, 4, 4, 12] && parts.allSatisfy { $0.allSatisfy(hexadecimal.contains) }
  }

  static func isResourceGroup(_ text: String) -> Bool {
    let others = Array("-_.()".utf8)
    return (1...90).contains(text.utf8.count) && text.utf8.last != UInt8(ascii: ".")
      && text.utf8.allSatisfy { isLetterOrDigit($0) || others.contains($0) }
  }

  static func isSecretKey(_ text: String) -> Bool {
    (1...253).contains(text.utf8.count)
      && text.utf8.allSatisfy { isLetterOrDigit($0) || "-._".utf8.contains($0) }
  }

  static func isLabelValue(_ text: String) -> Bool {
    let bytes = text.utf8
    guard let first = bytes.first, let last = bytes.last else { return true }
    return bytes.count <= 63 && isLetterOrDigit(first) && isLetterOrDigit(last)
      && bytes.allSatisfy { isLetterOrDigit($0) || "-_.".utf8.contains($0) }
  }

  /// The key of a label or annotation: an optional DNS subdomain and '/', then at most 63 characters.
  static func isQualifiedName(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let name = parts.last, !name.isEmpty, isLabelValue(String(name)) else { return false }
    return parts.count == 1 || parts.count == 2 && isDNSSubdomain(String(parts[0]))
  }

  /// One line without quotes and backslashes; lengths count characters as the API server does (code points).
  static func isOneLine(_ text: String) -> Bool {
    (1...256).contains(text.unicodeScalars.count)
      && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0 != "\"" && $0 != "\\" }
  }

  static func isIPv4WithPrefix(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, IPv4Address(String(parts[0])) != nil else { return false }
    return parts.count == 1 || IPv4Network(text).map { $0.prefixLength >= 8 } ?? isPrefix(parts[1])
  }
  private static func isPrefix(_ text: Substring) -> Bool {
    Int(text).map { (8...32).contains($0) && String($0) == text } ?? false
  }

  static func isProposal(_ text: String) -> Bool {
    text.utf8.count <= 128
      && text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        .allSatisfy { !$0.isEmpty && $0.allSatisfy { isLowerOrDigit($0) || $0 == UInt8(ascii: "_") } }
  }

  /// A non-negative Kubernetes quantity without exponent: 100m, 0.5, 64Mi.
  static func isQuantity(_ text: String) -> Bool {
    var rest = text.utf8[...]
    for suffix in ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "m", "k", "M", "G", "T", "P", "E"]
    where text.hasSuffix(suffix) {
      rest = rest.dropLast(suffix.utf8.count)
      break
    }
    let parts = rest.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count <= 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(isDigit) }
  }

  private static func isLabel(
    _ bytes: some BidirectionalCollection<UInt8>,
    atMost length: Int,
    isPart: (UInt8) -> Bool
  ) -> Bool {
    guard let first = bytes.first, let last = bytes.last, bytes.count <= length else { return false }
    return isPart(first) && isPart(last) && bytes.allSatisfy { isPart($0) || $0 == UInt8(ascii: "-") }
  }
  static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
  private static func isLetterOrDigit(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
  static func isLowerOrDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }
}
