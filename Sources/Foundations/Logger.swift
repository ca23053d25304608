internal import Glibc

/// Structured logs: one line for each fact, in the past tense, with keys. Values are `Logger.Value`s, never whole
/// objects, so that no secret gets in nested in something else.
public struct Logger: Sendable {
  public enum Level: Int, Sendable, Comparable, CaseIterable {
    case debug, info, warning, error
    public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    public var name: String { ["debug", "info", "warning", "error"][rawValue] }
    public init?(name: String) {
      guard let level = Level.allCases.first(where: { $0.name == name }) else { return nil }
      self = level
    }
  }
  public enum Format: String, Sendable { case text, json }

  public enum Value: Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
    ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral
  {
    case string(String), int(Int), double(Double), bool(Bool)
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .int(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
  }

  /// The lowest level that is written.
  public var level: Level
  private var format: Format
  private var fields: [(String, Value)]
  private let time: any TimeSource
  private let write: @Sendable (String) -> Void

  /// - Parameter write: receives each whole line, with its newline. By default one `write(2)` to standard error.
  public init(
    level: Level = .info,
    format: Format = .text,
    time: any TimeSource = SystemTimeSource(),
    write: @escaping @Sendable (String) -> Void = Logger.standardError
  ) {
    self.level = level
    self.format = format
    self.fields = []
    self.time = time
    self.write = write
  }

  /// A logger that writes nothing, the default of libraries.
  public static let none = Logger(level: .error, write: { _ in })

  /// A logger that adds `fields` to each line.
  public func with(_ fields: KeyValuePairs<String, Value>) -> Logger {
    var copy = self
    copy.fields += fields.map { ($0.key, $0.value) }
    return copy
  }

  /// The same in another format: for lines that programs read.
  public func inFormat(_ format: Format) -> Logger {
    var copy = self
    copy.format = format
    return copy
  }

  public func debug(_ message: String, _ fields: KeyValuePairs<String, Value> = [:]) { log(.debug, message, fields) }
  public func info(_ message: String, _ fields: KeyValuePairs<String, Value> = [:]) { log(.info, message, fields) }
  public func warning(_ message: String, _ fields: KeyValuePairs<String, Value> = [:]) {
    log(.warning, message, fields)
  }
  public func error(_ message: String, _ fields: KeyValuePairs<String, Value> = [:]) { log(.error, message, fields) }

  public func log(_ level: Level, _ message: String, _ extra: KeyValuePairs<String, Value> = [:]) {
    guard level >= self.level else { return }
    let all = fields + extra.map { ($0.key, $0.value) }
    let stamp = time.timestamp.microDescription
    switch format {
    case .text:
      var line = "\(stamp) \(level.name.uppercased()) \(Self.printable(message))"
      for (key, value) in all { line += " \(key)=\(value.text)" }
      write(line + "\n")
    case .json:
      var line = "{\"time\":\"\(stamp)\",\"level\":\"\(level.name)\",\"message\":\(Self.quoted(message))"
      for (key, value) in all { line += ",\(Self.quoted(key)):\(value.json)" }
      write(line + "}\n")
    }
  }

  public static let standardError: @Sendable (String) -> Void = { line in
    var line = line
    line.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while let base = rest.baseAddress, rest.count > 0 {
        let count = Glibc.write(2, base, rest.count)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
  }

  /// Escapes invisible characters, so that a hostile value can neither forge a line nor control the terminal.
  static func printable(_ text: String) -> String {
    if text.unicodeScalars.allSatisfy(\.isVisible) { return text }
    return String(quoted(text).dropFirst().dropLast())
  }

  /// `text` as a JSON string.
  static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case "\r": out += "\\r"
      case _ where !scalar.isVisible:
        // Characters beyond U+FFFF become a pair of surrogates (RFC 8259 §7).
        for unit in scalar.utf16 {
          let digits = String(unit, radix: 16)
          out += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
        }
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}

extension Logger.Value {
  var text: String {
    switch self {
    case .string(let value):
      let plain = value.unicodeScalars.allSatisfy { $0.isVisible && $0 != " " && $0 != "\"" && $0 != "=" }
      return plain && !value.isEmpty ? value : Logger.quoted(value)
    case .int(let value): return String(value)
    case .double(let value): return String(value)
    case .bool(let value): return String(value)
    }
  }
  var json: String {
    switch self {
    case .string(let value): Logger.quoted(value)
    case .double(let value) where !value.isFinite: "null"
    default: text
    }
  }
}
