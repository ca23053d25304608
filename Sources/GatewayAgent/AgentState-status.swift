internal import Foundations
internal import Gateway

extension AgentState {
  private var lastError: String? {
    guard let words = tunnel.failure?.words else { return nil }
    return credentialHold.map { "\(words); \($0.words)" } ?? words
  }

  /// The report at `/status`.
  var status: GatewayStatus {
    let failure = tunnel.failure
    return GatewayStatus(
      revision: material?.configuration.revision,
      tunnel: GatewayStatus.Tunnel(
        state: tunnel.state,
        since: tunnelSince,
        serverAddress: tunnel.serverAddress,
        virtualAddress: tunnel.link?.virtualAddress?.description,
        pathMTU: tunnel.link.flatMap { _ in sizing.pathMTU },
        maximumSegmentSize: tunnel.link.map { _ in maximumSegmentSize },
        bytesReceived: tunnel.bytesReceived,
        bytesSent: tunnel.bytesSent,
        handshakes: tunnel.handshakes,
        failure: failure?.kind,
        lastError: lastError
      ),
      forwards: forwards.map { forward in
        let known = reachability[forward.forwardPort]
        let resolution = Self.question(of: forward).flatMap { resolutions[$0] }
        return GatewayStatus.Forward(
          owner: forward.owner,
          portName: forward.portName,
          reachability: known?.value ?? .unknown,
          since: known?.since ?? tunnelSince,
          targetAddress: target(of: forward)?.description,
          lastError: known?.error ?? resolution?.error
        )
      },
      notices: notices.sorted { $0.key < $1.key }.map(\.value),
      configurationError: configurationError,
      hasPolicyCanary: hasPolicyCanary,
      drain: drain.map { GatewayStatus.Drain(until: $0.until, connections: $0.connections) }
    )
    .bounded()
  }
}
