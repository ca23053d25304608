internal import FoundationEssentials
internal import Foundations
internal import Gateway

/// What the gateway answers over HTTP. Pure.
struct EndpointAnswer: Sendable, Hashable {
  var status: Int
  var contentType = "text/plain; charset=utf-8"
  var body: String

  /// - Parameters:
  ///   - path: with or without a query.
  ///   - stalled: loops of the agent that have not been heard of.
  init(path: String, state: AgentState, stalled: [String]) {
    switch path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? "" {
    case "/livez":
      // Never the tunnel: a restart mends nothing that a server or a password has broken.
      self = stalled.isEmpty ? Self(200, "ok\n") : Self(500, "stalled: \(stalled.joined(separator: ", "))\n")
    case "/readyz":
      // Own tunnel only, with `?local` (siblings ask so) and without.
      if state.isReady {
        self = Self(200, "ok\n")
      } else {
        self = Self(503, "\(state.tunnel.state.rawValue): \(state.tunnel.failure?.words ?? "not up yet")\n")
      }
    case "/status":
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let json = (try? encoder.encode(state.status)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
      self = Self(200, json + "\n")
      contentType = "application/json"
    case "/metrics":
      self = Self(200, GatewayMetrics.text(state))
      contentType = "text/plain; version=0.0.4; charset=utf-8"
    default: self = Self(404, "there are /livez, /readyz, /status and /metrics\n")
    }
  }

  init(_ status: Int, _ body: String) {
    self.status = status
    self.body = body
  }
}
