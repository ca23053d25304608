internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Kubernetes

/// Gauges over all connections of type Twingate, from the statuses in the cache: a label for each connection would be
/// unbounded. `ObjectMetrics` has the connections that are not Ready.
struct TwingateMetrics: Equatable {
  static let connectorsName = "cloudlinker_twingate_connectors"
  static let resourcesName = "cloudlinker_twingate_resources"

  enum Life: String, CaseIterable { case alive, silent }
  enum State: String, CaseIterable { case ready, refused, waiting }

  private(set) var connectors: [Life: Int] = [:]
  private(set) var resources: [State: Int] = [:]

  init(_ all: [VPNConnection]) {
    for connection in all where connection.spec.type == .twingate {
      guard let status = connection.status?.twingate else { continue }
      if !connection.spec.isSuspended {
        for connector in status.connectors ?? [] {
          connectors[connector.state == "ALIVE" ? .alive : .silent, default: 0] += 1
        }
      }
      guard let counts = status.resources else { continue }
      resources[.ready, default: 0] += counts.ready
      resources[.refused, default: 0] += counts.refused
      resources[.waiting, default: 0] += max(0, counts.wanted - counts.ready - counts.refused)
    }
  }

  static func register(_ registry: MetricsRegistry, _ connections: Store<VPNConnection>) {
    registry.beforeExposition { [weak registry] in
      let metrics = TwingateMetrics(connections.all)
      guard let registry else { return }
      for life in Life.allCases {
        registry.set(
          connectorsName,
          ["state": life.rawValue],
          to: Double(metrics.connectors[life] ?? 0),
          help: "Twingate's connectors, by whether Twingate hears them"
        )
      }
      for state in State.allCases {
        registry.set(
          resourcesName,
          ["state": state.rawValue],
          to: Double(metrics.resources[state] ?? 0),
          help: "Resources of the specs at Twingate, by whether they are as specified"
        )
      }
    }
  }
}
