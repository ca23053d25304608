internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Metrics about the objects of our kinds, read from the caches at each scrape.
///
/// Objects are counted by Ready. Only objects that are not Ready have series of their own, so ten thousand healthy
/// PortForwards cost three series. `environment` is the object's namespace, because Prometheus uses `namespace` for the
/// operator's own pod.
final class ObjectMetrics: Sendable {
  static let objects = "cloudlinker_objects"
  static let condition = "cloudlinker_resource_condition"
  static let deleting = "cloudlinker_object_deleting_seconds"
  static let repairs = "cloudlinker_drift_repairs_total"

  /// The metrics of a kind.
  struct Reading: Sendable {
    var kind: String
    /// Number of objects by the status of their condition Ready.
    var counts = ["True": 0, "False": 0, "Unknown": 0]
    var conditions: [MetricsRegistry.Sample] = []
    var deletions: [MetricsRegistry.Sample] = []
  }

  private let sources = Locked<[@Sendable () -> Reading]>([])

  init(_ registry: MetricsRegistry) {
    registry.beforeExposition { [weak registry, sources] in
      let readings = sources.withLock { $0 }.map { $0() }
      guard let registry else { return }
      for reading in readings {
        for (ready, count) in reading.counts {
          registry.set(
            Self.objects,
            ["kind": reading.kind, "ready": ready],
            to: Double(count),
            help: "Objects by the status of their condition Ready"
          )
        }
      }
      registry.replace(
        Self.condition,
        with: readings.flatMap(\.conditions),
        help: "1 for each condition that is not True of an object that is not Ready"
      )
      registry.replace(
        Self.deleting,
        with: readings.flatMap(\.deletions),
        help: "For how long an object has been in deletion"
      )
    }
  }

  /// Counts changes by others that were reverted. By 0, so that the series is there before the first one: a counter that
  /// begins at 1 has no increase.
  static func countRepairs(_ kind: String, by amount: Double = 1, _ registry: MetricsRegistry) {
    registry.add(Self.repairs, ["kind": kind], by: amount, help: "Changes by others that the operator reverted")
  }

  /// Includes the objects of a cache from now on.
  func observe<Object: Reporting>(_ store: Store<Object>, time: any TimeSource) {
    sources.withLock { $0.append { Self.read(store.all, now: time.timestamp) } }
  }

  static func read<Object: Reporting>(_ objects: [Object], now: Timestamp) -> Reading {
    let kind = Object.resourceType.kind
    var reading = Reading(kind: kind)
    for object in objects {
      let conditions = object.status?.conditions ?? []
      let ready = conditions[.ready]?.status ?? "Unknown"
      reading.counts[ready, default: 0] += 1
      if let deleted = object.metadata.deletionTimestamp {
        let seconds = max(0, Double(now.since(deleted).components.seconds))
        let labels: KeyValuePairs = ["kind": kind, "environment": object.key.namespace, "name": object.key.name]
        reading.deletions.append(MetricsRegistry.Sample(labels, seconds))
      }
      guard ready != "True" else { continue }
      reading.conditions += conditions.filter { $0.status != "True" }.map { sample($0, of: object) }
    }
    return reading
  }

  private static func sample<Object: Reporting>(_ condition: Condition, of object: Object) -> MetricsRegistry.Sample {
    MetricsRegistry.Sample(
      [
        "kind": Object.resourceType.kind, "environment": object.key.namespace, "name": object.key.name,
        "type": condition.type, "status": condition.status, "reason": condition.reason,
      ],
      1
    )
  }
}
