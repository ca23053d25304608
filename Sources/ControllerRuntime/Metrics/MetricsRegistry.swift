internal import Foundations

/// Counters, gauges and histograms with labels, in Prometheus' text format 0.0.4.
///
/// Labels are for values from a small closed set. If a metric has `maximumSeries` series, further ones are dropped and
/// counted in `metrics_series_dropped_total`.
public final class MetricsRegistry: Sendable {
  /// client_golang's default buckets, in seconds.
  public static let defaultBounds: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
  /// The media type of `exposition`.
  public static let contentType = MetricFamily.contentType
  /// The largest number of series of a metric.
  static let maximumSeries = 2000

  private let families = Locked<[String: MetricFamily]>([:])
  private let collectors = Locked<[@Sendable () -> Void]>([])
  /// Checks that parts with this registry set up for the manager. The registry is the one object that all of them know.
  let checks = Locked<[WiringCheck]>([])

  public init() {}

  /// Adds to a counter. Negative amounts and NaN are ignored: a counter only grows.
  public func add(_ name: String, _ labels: KeyValuePairs<String, String> = [:], by amount: Double = 1, help: String) {
    guard amount >= 0 else { return }
    change(name, labels, .counter, help) { $0.change($1) { $0 += amount } }
  }

  /// Sets a counter that is kept elsewhere, such as CPU time, to its current value.
  public func setCounter(
    _ name: String,
    _ labels: KeyValuePairs<String, String> = [:],
    to value: Double,
    help: String
  ) {
    change(name, labels, .counter, help) { $0.change($1) { $0 = value } }
  }

  /// Sets a gauge.
  public func set(_ name: String, _ labels: KeyValuePairs<String, String> = [:], to value: Double, help: String) {
    change(name, labels, .gauge, help) { $0.change($1) { $0 = value } }
  }

  /// Adds a value to a histogram.
  /// - Parameter bounds: upper bounds of the buckets, ascending; those of the first call are used.
  public func observe(
    _ name: String,
    _ labels: KeyValuePairs<String, String> = [:],
    _ value: Double,
    bounds: [Double] = defaultBounds,
    help: String
  ) {
    change(name, labels, .histogram, help, bounds) { $0.observe($1, value) }
  }

  /// A value of a gauge with its labels.
  public struct Sample: Sendable {
    let labels: String
    let value: Double
    public init(_ labels: KeyValuePairs<String, String>, _ value: Double) {
      self.labels = MetricLabels.text(labels)
      self.value = value
    }
  }

  /// Replaces all series of a gauge. For values of objects, which come and go.
  public func replace(_ name: String, with samples: [Sample], help: String) {
    families.withLock { $0[name] = MetricFamily(help: help, kind: .gauge) }
    for sample in samples { change(name, sample.labels, .gauge, help) { $0.change($1) { $0 = sample.value } } }
  }

  /// Removes a series, for example of an object that no longer exists.
  public func remove(_ name: String, _ labels: KeyValuePairs<String, String>) {
    families.withLock { $0[name]?.remove(MetricLabels.text(labels)) }
  }

  /// Runs `collect` before each exposition, for values that are cheaper to read than to keep up to date.
  public func beforeExposition(_ collect: @escaping @Sendable () -> Void) {
    collectors.withLock { $0.append(collect) }
  }

  private func change(
    _ name: String,
    _ labels: KeyValuePairs<String, String>,
    _ kind: MetricFamily.Kind,
    _ help: String,
    _ bounds: [Double] = [],
    _ body: (inout MetricFamily, _ labels: String) -> Void
  ) {
    change(name, MetricLabels.text(labels), kind, help, bounds, body)
  }

  private func change(
    _ name: String,
    _ key: String,
    _ kind: MetricFamily.Kind,
    _ help: String,
    _ bounds: [Double] = [],
    _ body: (inout MetricFamily, _ labels: String) -> Void
  ) {
    let isDropped = families.withLock { families in
      families[name, default: MetricFamily(help: help, kind: kind, bounds: bounds)].accept(key, kind, body)
    }
    if isDropped, name != Self.droppedName {
      add(Self.droppedName, ["metric": name], help: "Values of series beyond the most that are kept of a metric")
    }
  }
  private static let droppedName = "metrics_series_dropped_total"

  /// All metrics in Prometheus' text format.
  public func exposition() -> String {
    for collect in collectors.withLock({ $0 }) { collect() }
    let families = families.withLock { $0 }
    var out = ""
    for (name, family) in families.sorted(by: { $0.key < $1.key }) { family.write(name, to: &out) }
    return out
  }

  /// The value of a counter or gauge, or the number of values in a histogram. For tests and health checks.
  public func value(_ name: String, _ labels: KeyValuePairs<String, String> = [:]) -> Double? {
    families.withLock { families in
      guard let family = families[name], let series = family.series[MetricLabels.text(labels)] else { return nil }
      return family.kind == .histogram ? Double(series.count) : series.value
    }
  }
}

extension MetricFamily {
  /// - Returns: whether the value was dropped because there are too many series.
  fileprivate mutating func accept(
    _ labels: String,
    _ kind: Kind,
    _ body: (inout MetricFamily, _ labels: String) -> Void
  ) -> Bool {
    // The same name is used for two kinds of metric. This is a mistake in the program, which must not end it.
    guard kind == self.kind else { return false }
    guard series[labels] != nil || series.count < MetricsRegistry.maximumSeries else { return true }
    body(&self, labels)
    return false
  }
}
