/// The controller's versions of the patterns in `Lexical` for PrivateClusters.
extension Spelling {
  /// `1.34`.
  static func isMinor(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "1", (2...3).contains(parts[1].utf8.count) else { return false }
    return parts[1].utf8.allSatisfy(isDigit) && !parts[1].hasPrefix("0")
  }

  static func isClusterMachineType(_ text: String) -> Bool {
    isName(text, upTo: 64, others: "-_.")
  }

  static func isAddOnName(_ text: String) -> Bool {
    isName(text, upTo: 100, others: "-_")
      && text.utf8.allSatisfy { !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
  }

  /// `/` or `/path/`.
  static func isRolePath(_ text: String) -> Bool {
    guard text.utf8.count <= 512, text.hasPrefix("/"), text.hasSuffix("/") else { return false }
    let folders = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().dropLast()
    return folders.allSatisfy { !$0.isEmpty && isOf($0.utf8, others: "-+=,.@_") }
  }

  /// `arn:aws:iam::123456789012:policy/path/name`, or a policy that AWS maintains.
  static func isPolicyARN(_ text: String) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 6, parts[5].hasPrefix("policy/") else { return false }
    // Checked as a role's ARN, but for the account and the word `policy`.
    let account = parts[4] == "aws" ? "000000000000" : String(parts[4])
    let name = parts[5].dropFirst("policy/".count)
    return isRoleARN((parts[..<4].map(String.init) + [account, "role/\(name)"]).joined(separator: ":"))
  }

  private static func isName(_ text: String, upTo length: Int, others: String) -> Bool {
    guard (1...length).contains(text.utf8.count), let first = text.utf8.first else { return false }
    return isOf([first], others: "") && isOf(text.utf8, others: others)
  }

  private static func isOf(_ bytes: some Sequence<UInt8>, others: String) -> Bool {
    bytes.allSatisfy { byte in
      isLowerOrDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || others.utf8.contains(byte)
    }
  }
}
