internal import Foundations
internal import Gateway

/// `/metrics` in Prometheus' text format. Labels are bounded: states, directions, port numbers.
enum GatewayMetrics {
  static func text(_ state: AgentState) -> String {
    let (tunnel, measures) = (state.tunnel, state.measures)
    var page = Page()
    page.add("tunnel_state", .gauge, "1 for the state that the tunnel is in.") { metric in
      for value in GatewayStatus.TunnelState.allCases { metric.set(["state": value.rawValue], value == tunnel.state) }
    }
    page.add("tunnel_failure", .gauge, "1 for the kind of the last failure, while there is one.") { metric in
      for kind in GatewayStatus.Failure.allCases { metric.set(["kind": kind.rawValue], kind == tunnel.failure?.kind) }
    }
    page.add("ready", .gauge, "Whether traffic crosses this gateway's own tunnel.") { $0.set([:], state.isReady) }
    page.add("draining", .gauge, "Whether the gateway is being replaced.") { $0.set([:], state.drain != nil) }
    page.add("path_mtu_bytes", .gauge, "MTU of the route to the server; 0 while it is not known.") {
      $0.set([:], Int64(tunnel.link == nil ? 0 : state.sizing.pathMTU ?? 0))
    }
    page.add("maximum_segment_size_bytes", .gauge, "What TCP connections through the tunnel are clamped to.") {
      $0.set([:], Int64(state.maximumSegmentSize))
    }
    page.add("bytes_total", .counter, "Bytes through the tunnel.") { metric in
      metric.set(["direction": "received"], tunnel.bytesReceived)
      metric.set(["direction": "sent"], tunnel.bytesSent)
    }
    page.add("handshakes_total", .counter, "Handshakes and re-keys with the server.") { $0.set([:], tunnel.handshakes) }
    page.add("daemon_starts_total", .counter, "Starts of the VPN client.") { $0.set([:], measures.daemonStarts) }
    page.add("forwards", .gauge, "Forwarded ports.") { $0.set([:], Int64(state.forwards.count)) }
    page.add("forward_reachable", .gauge, "Whether the target of a TCP port answers; unknown ports are left out.") {
      for (port, known) in state.reachability where known.value != .unknown {
        $0.set(["port": "\(port.port)", "protocol": port.transport.rawValue], known.value == .reachable)
      }
    }
    page.add("probe_seconds", measures.probes)
    page.add("probes_failed_total", .counter, "Unanswered probes through the tunnel.") {
      $0.set([:], measures.probesFailed)
    }
    page.add(
      "killswitch_drops_total",
      .counter,
      "Packets for the remote networks that were stopped outside the tunnel; up to one scrape old."
    ) { metric in
      for counter in NftablesRuleset.killSwitchCounters {
        metric.set(["hook": String(counter.dropFirst("killswitch_".count))], measures.dropped[counter] ?? 0)
      }
    }
    page.add("refused_packets_total", .counter, "Packets that no forward admits; up to one scrape old.") {
      $0.set([:], measures.dropped[NftablesRuleset.refusedCounter] ?? 0)
    }
    page.add("failovers_total", .counter, "Times that new connections were handed over to a sibling.") {
      $0.set([:], measures.failovers)
    }
    page.add("handed_over", .gauge, "Whether new connections go to a sibling now.") {
      $0.set([:], state.handOver != nil)
    }
    page.add("siblings_ready", .gauge, "Siblings whose own tunnel carries traffic.") {
      $0.set([:], Int64(state.readySiblings.count))
    }
    page.add("configuration_loads_total", .counter, "Configurations read.") { metric in
      metric.set(["result": "accepted"], measures.reloads)
      metric.set(["result": "refused"], measures.refusedReloads)
    }
    return page.text
  }

  private struct Page {
    var text = ""

    mutating func add(
      _ name: String,
      _ kind: MetricFamily.Kind,
      _ help: String,
      _ fill: (inout MetricFamily) -> Void
    ) {
      var metric = MetricFamily(help: help, kind: kind)
      fill(&metric)
      add(name, metric)
    }

    mutating func add(_ name: String, _ metric: MetricFamily) { metric.write("cloudlinker_gateway_\(name)", to: &text) }
  }
}

extension MetricFamily {
  fileprivate mutating func set(_ labels: KeyValuePairs<String, String>, _ value: Int64) {
    change(MetricLabels.text(labels)) { $0 = Double(value) }
  }
  fileprivate mutating func set(_ labels: KeyValuePairs<String, String>, _ value: Bool) { set(labels, value ? 1 : 0) }
}
