/// The parts of an absolute http or https URL that transports, limits and the routers of tests use.
///
/// Reads RFC 3986 §3 as far as requests need it: user info and fragments are refused, and nothing is decoded.
public struct HTTPTarget: Sendable, Hashable {
  public enum Scheme: String, Sendable { case http, https }
  public var scheme: Scheme
  /// In lower case; an IPv6 address keeps its brackets.
  public var host: String
  public var port: UInt16
  /// Percent-encoded, from the first slash; "/" if the URL has none.
  public var path: String
  /// Percent-encoded, without the question mark; nil if there is none.
  public var query: String?

  /// Nil for anything but an absolute http or https URL of printable ASCII.
  public init?(_ url: String) {
    guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x5c && $0 != 0x23 }),
      let colon = url.firstIndex(of: ":"), let scheme = Scheme(rawValue: url[..<colon].lowercased()),
      url[colon...].hasPrefix("://")
    else { return nil }
    let rest = url[url.index(colon, offsetBy: 3)...]
    let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    guard let (host, port) = Self.authority(rest[..<end], scheme: scheme) else { return nil }
    self.scheme = scheme
    self.host = host
    self.port = port
    let mark = rest[end...].firstIndex(of: "?")
    let path = rest[end..<(mark ?? rest.endIndex)]
    self.path = path.isEmpty ? "/" : String(path)
    query = mark.map { String(rest[rest.index(after: $0)...]) }
  }

  /// `host:port`, for messages and as the key of a limit.
  public var authority: String { "\(host):\(port)" }

  /// The path and the query, as in a request line.
  public var pathAndQuery: String { query.map { "\(path)?\($0)" } ?? path }

  /// The value of a Host header: the port is left out if it is the scheme's own (RFC 9110 §7.2).
  public var hostHeader: String { port == Self.defaultPort(scheme) ? host : authority }

  private static func defaultPort(_ scheme: Scheme) -> UInt16 { scheme == .https ? 443 : 80 }

  private static func authority(_ text: Substring, scheme: Scheme) -> (String, UInt16)? {
    guard !text.contains("@") else { return nil }
    let hostEnd: Substring.Index
    if text.hasPrefix("[") {
      guard let bracket = text.firstIndex(of: "]") else { return nil }
      hostEnd = text.index(after: bracket)
    } else {
      hostEnd = text.firstIndex(of: ":") ?? text.endIndex
    }
    let host = text[..<hostEnd].lowercased()
    guard !host.isEmpty, host != "[]" else { return nil }
    if hostEnd == text.endIndex { return (host, defaultPort(scheme)) }
    guard text[hostEnd] == ":" else { return nil }
    let digits = text[text.index(after: hostEnd)...]
    if digits.isEmpty { return (host, defaultPort(scheme)) }
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits), port > 0 else {
      return nil
    }
    return (host, port)
  }
}
