/// A client profile (`.ovpn`), parsed and checked: none of its directives runs programs, opens files, changes routes or
/// decides what the gateway decides.
public struct OpenVPNProfile: Sendable, Hashable {
  /// A server that the profile names.
  public struct Remote: Sendable, Hashable {
    public var host: String
    public var port: Int
    public var isUDP: Bool
  }

  /// Lines to put into the gateway's own configuration, re-quoted, inline blocks included.
  public internal(set) var keptLines: [String] = []
  /// The servers in order, at least one: a profile that names none means OpenVPN's defaults.
  public internal(set) var remotes: [Remote] = []
  /// Whether it has `auth-user-pass`.
  public internal(set) var asksForCredentials = false
  /// User name and password from an inline `<auth-user-pass>`.
  public internal(set) var credentials: OpenVPNRendering.Credentials?
  public internal(set) var hasClientCertificate = false
  /// Whether it has `fragment`, which OpenVPN refuses over TCP.
  public internal(set) var needsUDP = false
  /// The directives without effect and the reasons, for the connection's status; nil if every directive has an effect.
  public internal(set) var notice: String?
  /// Arguments of the kept lines, and their parts, apart from OpenVPN's common words: openvpn repeats them in its
  /// messages, and they are content of a Secret.
  public internal(set) var confidentialWords: Set<String> = []

  /// The largest profile that is accepted, in bytes; a Secret holds 1 MiB at most.
  public static let maximumSize = 256 * 1024

  /// Whether the first server is reached over UDP.
  public var isUDP: Bool { remotes.first?.isUDP ?? true }

  /// - Parameters:
  ///   - text: the profile.
  ///   - hasCredentials: whether user name and password are given elsewhere. If so, those in the profile are ignored.
  /// - Throws: every line that is not allowed, the reason, and what to do. The profile is the content of a Secret, and
  ///   more people may read the status that the message becomes part of: it quotes only words of the gateway's own
  ///   lists.
  public init(parsing text: String, hasCredentials: Bool = false) throws(ConfigurationRefusal) {
    guard text.utf8.count <= Self.maximumSize else {
      throw ConfigurationRefusal("the profile is larger than \(Self.maximumSize) bytes: remove what it does not need")
    }
    var reading = Reading(hasCredentials: hasCredentials)
    let items = Self.items(of: withoutByteOrderMark(text), &reading.refusals)
    for item in items where item.name == "ignore-unknown-option" { reading.permitted.formUnion(item.arguments) }
    reading.permitsUnknown = items.contains { $0.name == "setenv" && $0.arguments.first == "FORWARD_COMPATIBLE" }
    for item in items { reading.read(item) }
    self = try reading.finish()
  }

  private init() {}
  static let empty = OpenVPNProfile()

  /// The remote that stands for a tunnel's server: the first one with its name and port, else with its port, else the
  /// first. Without a port: the first one with its name, else the first.
  public func remote(for host: String, port: Int?) -> Remote {
    let candidates = port.map { port in remotes.filter { $0.port == port } } ?? remotes
    return candidates.first { $0.host == host } ?? candidates.first ?? remotes[0]
  }
}
