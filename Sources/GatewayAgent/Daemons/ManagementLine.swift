/// One line of OpenVPN's management interface (doc/management-notes.txt of OpenVPN 2.6).
enum ManagementLine: Sendable, Hashable {
  struct State: Sendable, Hashable {
    /// `CONNECTING`, `WAIT`, `AUTH`, `GET_CONFIG`, `CONNECTED`, `RECONNECTING`, `EXITING`…
    var name: String
    var detail: String
    var localAddress: String
    var remoteAddress: String
  }
  case state(State)
  case byteCount(received: Int64, sent: Int64)
  case hold
  case fatal(String)
  case answer(succeeded: Bool, String)
  case other(String)

  init(_ line: String) {
    func rest(_ prefix: String) -> String? { line.hasPrefix(prefix) ? String(line.dropFirst(prefix.count)) : nil }
    if let text = rest(">STATE:") {
      let fields = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields.count >= 2 else {
        self = .other(line)
        return
      }
      func field(_ index: Int) -> String { index < fields.count ? fields[index] : "" }
      self = .state(State(name: field(1), detail: field(2), localAddress: field(3), remoteAddress: field(4)))
    } else if let text = rest(">BYTECOUNT:") {
      let counts = text.split(separator: ",").compactMap { Int64($0) }
      self = counts.count == 2 ? .byteCount(received: counts[0], sent: counts[1]) : .other(line)
    } else if line.hasPrefix(">HOLD:") {
      self = .hold
    } else if let text = rest(">FATAL:") {
      self = .fatal(text)
    } else if let text = rest("SUCCESS: ") {
      self = .answer(succeeded: true, text)
    } else if let text = rest("ERROR: ") {
      self = .answer(succeeded: false, text)
    } else {
      self = .other(line)
    }
  }
}

/// Cuts a stream of bytes into lines, and lines of more than `limit` bytes into pieces.
struct LineSplitter: Sendable {
  private var pending: [UInt8] = []
  private let limit: Int

  init(limit: Int = 8192) { self.limit = limit }

  mutating func append(_ bytes: [UInt8]) -> [String] {
    var lines: [String] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") || pending.count >= limit {
        if pending.last == UInt8(ascii: "\r") { pending.removeLast() }
        lines.append(String(decoding: pending, as: UTF8.self))
        pending.removeAll(keepingCapacity: true)
        if byte != UInt8(ascii: "\n") { pending.append(byte) }
      } else {
        pending.append(byte)
      }
    }
    return lines
  }
}
