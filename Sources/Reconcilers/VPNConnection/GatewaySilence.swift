internal import CloudLinkerAPI
internal import Foundations
internal import Gateway
internal import Kubernetes

/// That a gateway has not been heard for so long that nothing is known about its tunnel: it may carry traffic, or not.
struct GatewaySilence: Equatable {
  /// Until nothing is known any more, unless a flag says otherwise. A gateway in order is heard every 20 s.
  static let patience: Duration = .seconds(120)

  /// When it was last heard; nil: never by this operator.
  var heardAt: Timestamp?
  /// When this operator began to listen to it.
  var listeningSince: Timestamp?
  /// At least so long, from `patience` on in doublings: a status that told the exact age would be written without end.
  var age: Duration
  /// When the next doubling is over, and there is something new to tell.
  var next: Duration

  /// Nil: the gateway was heard lately, or nobody listens to it.
  init?(_ observation: GatewayObservation?, now: Timestamp, patience: Duration) {
    guard let observation, let since = observation.answeredAt ?? observation.listeningSince, patience > .zero else {
      return nil
    }
    let silence = now.since(since)
    guard silence >= patience else { return nil }
    heardAt = observation.answeredAt
    listeningSince = observation.listeningSince
    age = patience
    while age * 2 <= silence { age *= 2 }
    next = age * 2 - silence
  }

  var words: String {
    let ago = "over \(Self.words(age)) ago"
    if let heardAt { return "was last heard at \(heardAt), \(ago)" }
    return "has not been heard since the operator began to listen at \(listeningSince.map { "\($0)" } ?? ""), \(ago)"
  }

  private static func words(_ duration: Duration) -> String {
    let seconds = duration.components.seconds
    if seconds < 120 { return "\(seconds) s" }
    return seconds < 7200 ? "\(seconds / 60) min" : "\(seconds / 3600) h"
  }
}

extension VPNConnectionFacts {
  /// What the gateway that runs now for `tunnel` said last.
  func observation(_ tunnel: String) -> GatewayObservation? {
    guard let observation = observations[tunnel], observation.pod.uid == live.pod(tunnel: tunnel)?.metadata.uid else {
      return nil
    }
    return observation
  }

  func silence(_ tunnel: String) -> GatewaySilence? {
    GatewaySilence(observation(tunnel), now: now, patience: patience)
  }

  /// After how long a gateway that is heard no more would make a difference; nil: none is listened to.
  var untilSilent: Duration? {
    connection.spec.tunnels.compactMap { tunnel in
      if let silence = silence(tunnel.name) { return silence.next }
      guard let observation = observation(tunnel.name),
        let since = observation.answeredAt ?? observation.listeningSince
      else { return nil }
      return patience - now.since(since)
    }.min().map { max($0, .seconds(1)) }
  }
}
