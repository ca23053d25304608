internal import Foundations
internal import Glibc

/// Brings a daemon's output into the gateway's own log: one format, secrets removed.
enum DaemonLog {
  /// Reads on a thread of its own until the daemon closes its output, then closes `descriptor`.
  /// - Returns: a wakeup that is signalled once all lines have been handled.
  @discardableResult
  static func follow(
    _ descriptor: Int32,
    daemon: String,
    log: Logger,
    secrets: [String],
    line handle: @escaping @Sendable (String) -> Void
  ) -> Wakeup {
    let finished = Wakeup()
    let log = log.with(["daemon": .string(daemon)])
    WorkerThread.start("log-\(daemon)") {
      var splitter = LineSplitter()
      while true {
        guard let bytes = UnixSocket.receive(descriptor, timeout: .seconds(60)) else { continue }
        if bytes.isEmpty { break }
        for line in splitter.append(bytes) where !line.isEmpty {
          let (source, text) = parts(of: redacted(line, secrets))
          let level = isDetail(source, text) ? Logger.Level.debug : .info
          if source.isEmpty { log.log(level, text, [:]) } else { log.log(level, text, ["source": .string(source)]) }
          handle(text)
        }
      }
      close(descriptor)
      finished.signal()
    }
    return finished
  }

  /// Splits charon's `05[IKE] <tunnel|1> text`; other lines have no source.
  static func parts(of line: String) -> (source: String, text: String) {
    let bytes = Array(line.utf8)
    guard let open = bytes.firstIndex(of: UInt8(ascii: "[")), let close = bytes.firstIndex(of: UInt8(ascii: "]")),
      (1...3).contains(open), bytes[..<open].allSatisfy({ (0x30...0x39).contains($0) }), close > open,
      bytes.count > close + 2
    else { return ("", line) }
    let source = String(decoding: bytes[(open + 1)..<close], as: UTF8.self).lowercased()
    var text = String(decoding: bytes[(close + 2)...], as: UTF8.self)
    if text.hasPrefix("<"), let end = text.firstIndex(of: ">") {
      text = String(text[text.index(after: end)...].drop { $0 == " " })
    }
    return (source, text)
  }

  /// Whether the line is about a single packet, or about the gateway's own requests to the daemon.
  static func isDetail(_ source: String, _ text: String) -> Bool {
    source == "enc" || source == "net" || text.hasPrefix("MANAGEMENT: ")
  }

  static func redacted(_ line: String, _ secrets: [String]) -> String {
    secrets.reduce(line) { $1.utf8.count >= 3 && $0.contains($1) ? $0.replacing($1, with: "***") : $0 }
  }
}
