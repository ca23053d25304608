internal import Gateway
internal import HTTPTransport

/// The result of an attempt to reach a gateway's policy canary.
///
///     port 15022, which no policy admits    the status port, right after    evidence
///     the canary's answer was read          –                               ignored
///     no connection                         answers                         enforced
///     no connection                         does not answer                 unclear
///     a connection, no answer of a canary   –                               unclear
///
/// A connection alone proves nothing, because a proxy in the operator's pod accepts all of them. Nor does a failure
/// alone: the whole pod may be unreachable, but then its status port is as well.
public enum PolicyEvidence: String, Sendable, Hashable, CaseIterable {
  /// Nothing kept the operator from a port that no NetworkPolicy admits.
  case ignored
  /// Something kept the operator from that port, and only from that port.
  case enforced
  case unclear
}

/// Tries a gateway's policy canary.
struct PolicyProbe: Sendable {
  /// The time limit of each request, from the first packet to the end of the answer.
  static let patience: Duration = .seconds(2)
  let transport: any Transport

  func evidence(at pod: GatewayPod) async -> PolicyEvidence {
    do throws(TransportError) {
      let response = try await ask(pod.url(port: PolicyCanary.port, path: "/"))
      return response.body == Array(PolicyCanary.body.utf8) ? .ignored : .unclear
    } catch {
      guard !error.mayHaveBeenProcessed else { return .unclear }
      let status = try? await ask(pod.url(port: GatewayConfiguration.endpointPort, path: "/livez"))
      return status == nil ? .unclear : .enforced
    }
  }

  private func ask(_ url: String) async throws(TransportError) -> HTTPResponse {
    let timeouts = HTTPTimeouts(connect: Self.patience, total: Self.patience)
    return try await transport.send(HTTPRequest(url: url, timeouts: timeouts))
  }
}
