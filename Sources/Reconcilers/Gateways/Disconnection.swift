internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// Ends the gateways of a suspended or deleted connection without waiting for connections through them. An annotation
/// of its pod tells a gateway not to wait; the kubelet passes the change on at once.
///
///     ready pod             annotation           action       the pod may be ended
///     is ending             any                  none         it is being ended
///     running               none                 annotate     after `notice`
///     running               younger              none         when it is `notice` old
///     running               `notice` old         none         yes
///
/// A gateway that misses the annotation keeps its connections for `drainSeconds`, and no longer.
struct Disconnection {
  /// How long a gateway has to see the annotation.
  static let notice: Duration = .seconds(3)

  var actions: [GatewayAction] = []
  /// How long until the pods may be ended; nil: now.
  var wait: Duration?

  /// - Parameter pods: only ready ones can have connections.
  init(_ pods: [Pod], now: Timestamp) {
    for pod in pods where pod.isReady && pod.metadata.deletionTimestamp == nil {
      let since = pod.metadata.annotations?[GatewayLabels.disconnect].flatMap { Timestamp($0) }
      if since == nil { actions.append(.disconnect(pod: pod.key, uid: pod.metadata.uid, at: now)) }
      let left = Self.notice - now.since(since ?? now)
      if left > .zero { wait = max(wait ?? left, left) }
    }
  }
}
