internal import FoundationEssentials
internal import Foundations
internal import Gateway

/// The gateway's answers over HTTP. Pure.
struct EndpointAnswer: Sendable, Hashable {
  var status: Int
  var contentType = "text/plain; charset=utf-8"
  var body: String
  /// The tag of a `/status`; it changes with everything in the status but the byte counters.
  var entityTag: String?

  /// - Parameters:
  ///   - path: with or without a query.
  ///   - stalled: names of the agent's loops that seem to hang.
  ///   - now: the wall clock.
  init(path: String, state: AgentState, stalled: [String], now: Timestamp) {
    switch Self.path(of: path) {
    case "/livez":
      // Ignores the tunnel: a restart does not cure what a server or a password broke.
      self = stalled.isEmpty ? Self(200, "ok\n") : Self(500, "stalled: \(stalled.joined(separator: ", "))\n")
    case "/readyz":
      // Only this gateway's own tunnel counts. Siblings add `?local` to ask whether they may hand over new connections.
      if path.hasSuffix("?local") ? state.takesConnections : state.isReady {
        self = Self(200, "ok\n")
      } else if let drain = state.drain {
        self = Self(503, "Draining until \(drain.until)\n")
      } else {
        let error = printable(state.tunnel.failure?.words ?? "not up yet", limit: GatewayStatus.Limits.tunnelError)
        self = Self(503, "\(state.tunnel.state.rawValue): \(error)\n")
      }
    case "/draining":
      // The gateway that replaces this one asks, with `?tunnel=`.
      let isAsked = path.hasSuffix("?tunnel=\(state.material?.configuration.tunnel ?? "")")
      let drains = isAsked && state.drain != nil && state.tunnel.link != nil
      self = drains ? Self(200, "yes\n") : Self(404, "no\n")
    case "/status":
      let status = state.status
      self = Self(200, Self.json(status) + "\n")
      contentType = "application/json"
      entityTag = Self.entityTag(of: status)
    case "/credentials":
      // Siblings ask before they try the same user name and password.
      guard let record = state.credentials else {
        self = Self(404, "no user name and password have been tried\n")
        break
      }
      self = Self(200, Self.json(CredentialQuestion.Answer(record, now: now)) + "\n")
      contentType = "application/json"
    case "/metrics":
      self = Self(200, GatewayMetrics.text(state))
      contentType = MetricFamily.contentType
    default: self = Self(404, "there are /livez, /readyz, /status, /credentials and /metrics\n")
    }
  }

  /// A request's target without its query.
  static func path(of target: String) -> String { String(target.prefix { $0 != "?" }) }

  private static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  /// FNV-1a over the status without its byte counters; 64 bits are enough to distinguish one gateway's states.
  static func entityTag(of status: GatewayStatus) -> String {
    var status = status
    status.tunnel.bytesReceived = 0
    status.tunnel.bytesSent = 0
    let hash = json(status).utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return "\"\(String(hash, radix: 16))\""
  }

  init(_ status: Int, _ body: String) {
    self.status = status
    self.body = body
  }
}
