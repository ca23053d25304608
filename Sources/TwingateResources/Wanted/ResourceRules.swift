internal import Foundations
internal import Twingate

/// Rules of Twingate that are checked before it is asked. Pure. The schema has the same rules where it can express
/// them.
package enum ResourceRules {
  /// The most tags that a user may give: Twingate takes 64, two are the mark, and two are a reserve.
  package static let mostTags = 60
  /// Twingate's own range for the addresses that its clients see (docs, "How DNS works").
  static let clientRange = IPv4Network(containing: IPv4Address(bits: 0x6460_0000), prefixLength: 12)

  /// - Returns: a sentence for each mistake, beginning with the field; empty if there is none.
  package static func mistakes(in request: ResourceRequest) -> [String] {
    var mistakes: [String] = []
    func note(_ field: String, _ mistake: String?) { if let mistake { mistakes.append("\(field) \(mistake)") } }
    note("name", (1...255).contains(request.name.count) ? nil : "has 1 to 255 characters")
    note("address", address(request.address))
    note("alias", request.alias.flatMap(alias))
    note("tags", tags(request.tags))
    note("accessPolicy", request.accessPolicy.flatMap(accessPolicy))
    for (index, entry) in request.access.enumerated() {
      guard case .serviceAccount = entry.principal, entry.expiresAt != nil || entry.securityPolicy != nil else {
        continue
      }
      note("access[\(index)]", "is for a service account, which takes no expiresAt and no securityPolicy")
    }
    return mistakes
  }

  static func address(_ text: String) -> String? {
    if text.contains("/") || IPv4Address(text) != nil {
      let network: IPv4Network
      do throws(IPv4Network.ParseError) {
        network = try IPv4Network(parsing: text.contains("/") ? text : "\(text)/32")
      } catch {
        guard case .hostBitsSet(let enclosing) = error else { return "\(text) is no range: write 10.0.0.0/16" }
        return "\(text) has host bits: write \(enclosing)"
      }
      return network.overlaps(clientRange) ? "\(text) overlaps \(clientRange), which is Twingate's own" : nil
    }
    let isName = text.utf8.count <= 253 && labels(text, wildcards: true)
    // Digits and dots that are no address are a mistyped address, not a name.
    let isNumeric = text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2e }
    return isName && !isNumeric ? nil : "\(text) is no IPv4 address, range or DNS name; * and ? stand for characters"
  }

  static func alias(_ text: String) -> String? {
    guard text.utf8.count <= 253, labels(text, wildcards: false), text.contains("."), !text.hasSuffix(".local") else {
      return "\(text) is no DNS name with a dot that does not end in .local, without * and ?"
    }
    return nil
  }

  private static func labels(_ text: String, wildcards: Bool) -> Bool {
    text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
        && label.utf8.allSatisfy { byte in
          switch byte {
          case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x5f: true
          case 0x2a, 0x3f: wildcards
          default: false
          }
        }
    }
  }

  static func tags(_ tags: [String: String]) -> String? {
    if tags.count > mostTags { return "are \(tags.count), and at most \(mostTags) are possible" }
    for (key, value) in tags.sorted(by: { $0.key < $1.key }) {
      let isBlank = key.first?.isWhitespace ?? true || key.last?.isWhitespace ?? true
      if isBlank || key.count > 128 { return "key \"\(key)\" has not 1 to 128 characters without blanks around them" }
      if key.hasPrefix("tg") { return "key \(key) begins with tg, which Twingate keeps for itself" }
      if [TwingateOwner.clusterTag, TwingateOwner.ownerTag].contains(key) {
        return "key \(key) is the operator's mark"
      }
      let isBlankValue = value.first?.isWhitespace ?? true || value.last?.isWhitespace ?? true
      if isBlankValue || value.count > 256 {
        return "value of key \(key) has not 1 to 256 characters without blanks around them"
      }
    }
    return nil
  }

  static func accessPolicy(_ policy: AccessPolicy) -> String? {
    if policy.mode == .manual, policy.durationSeconds != nil { return "with mode Manual takes no duration" }
    if policy.mode == .autoLock, policy.durationSeconds == nil { return "with mode AutoLock needs a duration" }
    let isInRange = policy.durationSeconds.map { (3600...31_536_000).contains($0) } ?? true
    return isInRange ? nil : "duration is from 1h to 8760h"
  }
}
