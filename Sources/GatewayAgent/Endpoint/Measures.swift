internal import Foundations

/// The counters of `/metrics`.
struct Measures: Sendable, Hashable {
  private(set) var probes = MetricFamily(
    help: "Answered probes through the tunnel, by duration.",
    kind: .histogram,
    bounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3]
  )
  var probesFailed: Int64 = 0
  var failovers: Int64 = 0
  var daemonStarts: Int64 = 0
  var reloads: Int64 = 0
  var refusedReloads: Int64 = 0
  /// Packets by nftables counter.
  var dropped: [String: Int64] = [:]
  var userlandConnections: Int64 = 0
  /// Connections that the agent copies at present.
  var copiedConnections: Int64 = 0
  /// How often `/metrics` was answered with fresh values.
  var scrapes: Int64 = 0

  mutating func probeAnswered(after duration: Duration) { probes.observe("", duration.inSeconds) }
}
