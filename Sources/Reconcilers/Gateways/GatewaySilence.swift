internal import CloudLinkerAPI
internal import Foundations
internal import Gateway
internal import Kubernetes

/// A gateway has been silent for so long that nothing is known about its tunnel: it may carry traffic, or not.
struct GatewaySilence: Equatable {
  /// How long a gateway may be silent, unless a flag says otherwise. A healthy gateway answers every 20 s.
  static let patience: Duration = .seconds(120)

  /// When it last answered; nil: never to this operator.
  var heardAt: Timestamp?
  /// When this operator began to listen to it.
  var listeningSince: Timestamp?
  var silence: Silence

  /// Nil: the gateway answered recently, or nobody listens to it.
  init?(_ observation: GatewayObservation?, now: Timestamp, patience: Duration) {
    guard let observation, let since = observation.answeredAt ?? observation.listeningSince,
      let silence = Silence(since: since, now: now, patience: patience)
    else { return nil }
    heardAt = observation.answeredAt
    listeningSince = observation.listeningSince
    self.silence = silence
  }

  var words: String {
    if let heardAt { return "last answered at \(heardAt), \(silence.words)" }
    let since = listeningSince.map { " at \($0)" } ?? ""
    return "has not answered since the operator began to listen\(since), \(silence.words)"
  }
}

extension GatewayFacts {
  /// The last report of the current gateway of `tunnel`.
  func observation(_ tunnel: String) -> GatewayObservation? {
    guard let observation = observations[tunnel], observation.pod.uid == live.pod(tunnel: tunnel)?.metadata.uid else {
      return nil
    }
    return observation
  }

  func silence(_ tunnel: String) -> GatewaySilence? {
    GatewaySilence(observation(tunnel), now: now, patience: patience)
  }

  /// How long until the silence of a gateway would make a difference; nil: no gateway is listened to.
  var untilSilent: Duration? {
    connection.spec.tunnels.compactMap { tunnel in
      if let silence = silence(tunnel.name) { return silence.silence.next }
      guard let observation = observation(tunnel.name),
        let since = observation.answeredAt ?? observation.listeningSince
      else { return nil }
      return patience - now.since(since)
    }.min().map { max($0, .seconds(1)) }
  }
}
