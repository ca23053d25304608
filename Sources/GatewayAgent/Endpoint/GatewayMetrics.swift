internal import Foundations
internal import Gateway

/// `/metrics` in the Prometheus text format 0.0.4. Labels are bounded: states, directions, port numbers.
enum GatewayMetrics {
  static func text(_ state: AgentState) -> String {
    var lines: [String] = []
    func metric(_ name: String, _ type: String, _ help: String, _ samples: [(labels: String, value: String)]) {
      lines.append("# HELP cloudlinker_gateway_\(name) \(help)")
      lines.append("# TYPE cloudlinker_gateway_\(name) \(type)")
      for (labels, value) in samples {
        lines.append("cloudlinker_gateway_\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(value)")
      }
    }
    func number(_ value: Bool) -> String { value ? "1" : "0" }
    let (tunnel, measures) = (state.tunnel, state.measures)

    metric(
      "tunnel_state",
      "gauge",
      "1 for the state that the tunnel is in.",
      GatewayStatus.TunnelState.allCases.map { ("state=\"\($0.rawValue)\"", number($0 == tunnel.state)) }
    )
    metric(
      "tunnel_failure",
      "gauge",
      "1 for the kind of the last failure, while there is one.",
      GatewayStatus.Failure.allCases.map { ("kind=\"\($0.rawValue)\"", number($0 == tunnel.failure?.kind)) }
    )
    metric("ready", "gauge", "Whether traffic crosses the own tunnel.", [("", number(state.isReady))])
    metric(
      "bytes_total",
      "counter",
      "Bytes through the tunnel.",
      [("direction=\"received\"", "\(tunnel.bytesReceived)"), ("direction=\"sent\"", "\(tunnel.bytesSent)")]
    )
    metric("handshakes_total", "counter", "Handshakes and re-keys with the server.", [("", "\(tunnel.handshakes)")])
    metric("daemon_starts_total", "counter", "Starts of the VPN client.", [("", "\(measures.daemonStarts)")])
    metric("forwards", "gauge", "Ports that are forwarded.", [("", "\(state.forwards.count)")])
    metric(
      "forward_reachable",
      "gauge",
      "Whether the target of a TCP port answers; ports not known are left out.",
      state.reachability.sorted { $0.key < $1.key }.compactMap { port, known in
        known.value == .unknown
          ? nil
          : (
            "port=\"\(port.port)\",protocol=\"\(port.transport.rawValue)\"",
            number(known.value == .reachable)
          )
      }
    )
    var cumulative: Int64 = 0
    var buckets: [(String, String)] = []
    for (index, bound) in Measures.probeBuckets.enumerated() {
      cumulative &+= measures.probeCounts[index]
      buckets.append(("le=\"\(bound)\"", "\(cumulative)"))
    }
    cumulative &+= measures.probeCounts.last ?? 0
    buckets.append(("le=\"+Inf\"", "\(cumulative)"))
    lines.append("# HELP cloudlinker_gateway_probe_seconds Answered probes through the tunnel, by duration.")
    lines.append("# TYPE cloudlinker_gateway_probe_seconds histogram")
    for (labels, value) in buckets { lines.append("cloudlinker_gateway_probe_seconds_bucket{\(labels)} \(value)") }
    lines.append("cloudlinker_gateway_probe_seconds_sum \(measures.probeSeconds)")
    lines.append("cloudlinker_gateway_probe_seconds_count \(cumulative)")
    metric(
      "probes_failed_total",
      "counter",
      "Probes through the tunnel without an answer.",
      [("", "\(measures.probesFailed)")]
    )
    metric(
      "killswitch_drops_total",
      "counter",
      "Packets for the remote networks that were stopped outside the tunnel.",
      NftablesRuleset.killSwitchCounters.map {
        ("hook=\"\($0.dropFirst("killswitch_".count))\"", "\(measures.dropped[$0] ?? 0)")
      }
    )
    metric(
      "refused_packets_total",
      "counter",
      "Packets that no forward admits.",
      [("", "\(measures.dropped[NftablesRuleset.refusedCounter] ?? 0)")]
    )
    metric(
      "failovers_total",
      "counter",
      "Times that new connections were handed to a sibling.",
      [("", "\(measures.failovers)")]
    )
    metric("handed_over", "gauge", "Whether a sibling has new connections now.", [("", number(state.handOver != nil))])
    metric(
      "siblings_ready",
      "gauge",
      "Siblings whose own tunnel carries traffic.",
      [("", "\(state.readySiblings.count)")]
    )
    metric(
      "configuration_loads_total",
      "counter",
      "Configurations read.",
      [("result=\"accepted\"", "\(measures.reloads)"), ("result=\"refused\"", "\(measures.refusedReloads)")]
    )
    return lines.joined(separator: "\n") + "\n"
  }
}
