/// The head of a request to the status port, as far as the agent reads it.
struct HTTPRequestHead: Sendable, Hashable {
  var method: String
  var target: String
  /// Headers by lower-case name. If a name repeats, its last value counts.
  var headers: [String: String] = [:]

  static let maximumLength = 16_384

  /// Nil while the head is incomplete. A head without method and target has empty ones.
  init?(_ bytes: [UInt8]) {
    let newline = UInt8(ascii: "\n")
    var lines: [ArraySlice<UInt8>] = []
    var isWhole = false
    var start = bytes.startIndex
    while let end = bytes[start...].firstIndex(of: newline) {
      var line = bytes[start..<end]
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      if line.isEmpty && !lines.isEmpty {
        isWhole = true
        break
      }
      lines.append(line)
      start = end + 1
    }
    guard isWhole, let first = lines.first else { return nil }
    let words = first.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    method = words.count >= 2 ? words[0] : ""
    target = words.count >= 2 ? words[1] : ""
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
      let value = line[(colon + 1)...].drop { $0 == UInt8(ascii: " ") }
      headers[String(decoding: line[..<colon], as: UTF8.self).lowercased()] = String(decoding: value, as: UTF8.self)
    }
  }

  /// The tag of the answer that the client already has.
  var knownTag: String? { headers["if-none-match"] }

  /// How long the client is willing to wait for a different answer (`Prefer: wait=20`, RFC 7240 §4.3); at most 60 s.
  var wait: Duration? {
    for preference in (headers["prefer"] ?? "").split(whereSeparator: { $0 == "," || $0 == ";" }) {
      let text = preference.filter { $0 != " " }
      if text.hasPrefix("wait="), let seconds = Int64(text.dropFirst(5)), seconds > 0 {
        return .seconds(min(seconds, 60))
      }
    }
    return nil
  }
}
