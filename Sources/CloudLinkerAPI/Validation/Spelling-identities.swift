extension Spelling {
  /// Whether an IKE identity stands for one peer: see `IPsecSpec.identityRule`.
  static func isOneIdentity(_ text: String) -> Bool {
    let text = text.lowercased()
    let addressTypes = ["ipv4net:", "ipv6net:", "ipv4range:", "ipv6range:", "asn1gn:"]
    let textTypes = ["fqdn:", "dns:", "rfc822:", "email:", "userfqdn:", "ipv4:", "ipv6:", "xmppaddr:", "asn1dn:"]
    if addressTypes.contains(where: text.hasPrefix) || textTypes.contains(where: { text.hasPrefix($0 + "#") }) {
      return false
    }
    if isDNOfWildcards(text.hasPrefix("asn1dn:") ? text.dropFirst("asn1dn:".count) : text[...]) { return false }
    // Checked with and without its type, because `::/0` has a colon of its own.
    return ([text[...]] + withoutType(text)).allSatisfy(isOneName)
  }

  private static func withoutType(_ text: String) -> [Substring] {
    if text.hasPrefix("@") { return [text.dropFirst()] }
    guard let colon = text.firstIndex(of: ":"), colon > text.startIndex,
      text[..<colon].utf8.allSatisfy(isLowerOrDigit)
    else { return [] }
    return [text[text.index(after: colon)...]]
  }

  private static func isOneName(_ text: Substring) -> Bool {
    guard let first = text.utf8.first else { return true }
    if first == UInt8(ascii: "%") || first == UInt8(ascii: "{") { return false }
    if first == UInt8(ascii: "*") {
      let rest = text.dropFirst(2)
      let labels = rest.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      return text.utf8.count > 1 && ".@".utf8.contains(text.utf8[text.utf8.index(after: text.utf8.startIndex)])
        && labels.count > 1
        && labels.allSatisfy { !$0.isEmpty && $0.allSatisfy { isLowerOrDigit($0) || $0 == UInt8(ascii: "-") } }
    }
    let separator = text.firstIndex { $0 == "/" || $0 == "-" }
    let head = text[..<(separator ?? text.endIndex)].utf8
    if !head.isEmpty, head.allSatisfy({ "0.:".utf8.contains($0) }) { return false }
    guard let separator, case let tail = text[text.index(after: separator)...].utf8, !tail.isEmpty else { return true }
    func isDotted(_ bytes: Substring.UTF8View) -> Bool { bytes.allSatisfy { isDigit($0) || $0 == UInt8(ascii: ".") } }
    func isColoned(_ bytes: Substring.UTF8View) -> Bool {
      bytes.allSatisfy { isDigit($0) || "abcdef.:".utf8.contains($0) }
    }
    if !head.isEmpty, isDotted(head), isDotted(tail) { return false }
    return !(head.contains(UInt8(ascii: ":")) && isColoned(head) && isColoned(tail))
  }

  /// A DN of wildcards: `CN=*`, `/C=*/CN=*`, `C=*, CN=*`.
  private static func isDNOfWildcards(_ text: Substring) -> Bool {
    let parts = text.split { $0 == "," || $0 == "/" }
    return !parts.isEmpty
      && parts.allSatisfy { part in
        let sides = part.split(separator: "=", omittingEmptySubsequences: false)
        guard sides.count == 2 else { return false }
        let type = sides[0].drop { $0 == " " }.reversed().drop { $0 == " " }
        return sides[1].filter { $0 != " " } == "*" && !type.isEmpty
          && type.allSatisfy { $0 == "." || $0.utf8.allSatisfy(isLowerOrDigit) }
      }
  }
}
