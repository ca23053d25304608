internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Facts that VPNConnections and PortForwards share: the gateways' reports, and which forwards are within the limit.
struct SharedGateways: Sendable {
  let observer: GatewayObserver
  let places: ForwardPlaces

  init(observer: GatewayObserver, places: ForwardPlaces) {
    (self.observer, self.places) = (observer, places)
  }

  /// Creates the observer and its metric, for as long as the manager runs.
  init(_ context: KindContext) {
    let observer = GatewayObserver(transport: context.gateways, time: context.time)
    let forwards = context.informers.portForwards(in: context.settings.scope)
    self.init(
      observer: observer,
      places: ForwardPlaces(forwards.store, limits: context.settings.limits, time: context.time)
    )
    context.registry.beforeExposition { [weak registry = context.registry] in
      let counts = observer.policyCounts()
      for evidence in PolicyEvidence.allCases {
        registry?.set(
          "cloudlinker_gateways",
          ["network_policies": evidence.rawValue],
          to: Double(counts[evidence] ?? 0),
          help: "Gateways that were tried, by whether a port that no NetworkPolicy admits was closed to the operator"
        )
      }
    }
    context.manager.addBackground {
      await Self.untilCancelled()
      await observer.stop()
    }
  }

  private static func untilCancelled() async {
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
  }
}
