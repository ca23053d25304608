internal import Foundations

/// Counters, gauges and histograms with labels, written in Prometheus' text format 0.0.4.
public final class MetricsRegistry: Sendable {
  enum Kind: String { case counter, gauge, histogram }

  private struct Family {
    var help: String
    var kind: Kind
    var bounds: [Double] = []
    var values: [String: Double] = [:]
    var histograms: [String: Histogram] = [:]
  }
  private struct Histogram {
    var counts: [UInt64]
    var sum = 0.0
    var count: UInt64 = 0
  }
  /// Sets of label values of one metric that are kept; more are a mistake and must not eat the memory.
  static let maximumSeries = 2000

  private let families = Locked<[String: Family]>([:])
  private let collectors = Locked<[@Sendable () -> Void]>([])

  public init() {}

  /// client_golang's default buckets, in seconds.
  public static let defaultBounds: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

  public func add(_ name: String, _ labels: KeyValuePairs<String, String> = [:], by amount: Double = 1, help: String) {
    change(name, .counter, help) { family in
      let key = Self.labels(labels)
      guard family.values[key] != nil || family.values.count < Self.maximumSeries else { return }
      family.values[key, default: 0] += amount
    }
  }

  public func set(_ name: String, _ labels: KeyValuePairs<String, String> = [:], to value: Double, help: String) {
    change(name, .gauge, help) { family in
      let key = Self.labels(labels)
      guard family.values[key] != nil || family.values.count < Self.maximumSeries else { return }
      family.values[key] = value
    }
  }

  public func observe(
    _ name: String,
    _ labels: KeyValuePairs<String, String> = [:],
    _ value: Double,
    bounds: [Double] = defaultBounds,
    help: String
  ) {
    change(name, .histogram, help) { family in
      if family.bounds.isEmpty { family.bounds = bounds }
      let key = Self.labels(labels)
      guard family.histograms[key] != nil || family.histograms.count < Self.maximumSeries else { return }
      var histogram = family.histograms[key] ?? Histogram(counts: Array(repeating: 0, count: family.bounds.count))
      for (index, bound) in family.bounds.enumerated() where value <= bound { histogram.counts[index] += 1 }
      histogram.sum += value
      histogram.count += 1
      family.histograms[key] = histogram
    }
  }

  /// Runs `collect` before each exposition: for values that are cheaper to read than to keep.
  public func beforeExposition(_ collect: @escaping @Sendable () -> Void) {
    collectors.withLock { $0.append(collect) }
  }

  private func change(_ name: String, _ kind: Kind, _ help: String, _ body: (inout Family) -> Void) {
    families.withLock { families in
      var family = families.removeValue(forKey: name) ?? Family(help: help, kind: kind)
      if family.kind == kind { body(&family) }
      families[name] = family
    }
  }

  /// Everything, in Prometheus' text format.
  public func exposition() -> String {
    for collect in collectors.withLock({ $0 }) { collect() }
    return families.withLock { families in
      var out = ""
      for (name, family) in families.sorted(by: { $0.key < $1.key }) {
        out += "# HELP \(name) \(Self.escape(family.help, quotes: false))\n# TYPE \(name) \(family.kind.rawValue)\n"
        for (labels, value) in family.values.sorted(by: { $0.key < $1.key }) {
          out += "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(Self.number(value))\n"
        }
        for (labels, histogram) in family.histograms.sorted(by: { $0.key < $1.key }) {
          let prefix = labels.isEmpty ? "" : labels + ","
          for (bound, count) in zip(family.bounds, histogram.counts) {
            out += "\(name)_bucket{\(prefix)le=\"\(Self.number(bound))\"} \(count)\n"
          }
          let suffix = labels.isEmpty ? "" : "{\(labels)}"
          out += "\(name)_bucket{\(prefix)le=\"+Inf\"} \(histogram.count)\n"
          out += "\(name)_sum\(suffix) \(Self.number(histogram.sum))\n\(name)_count\(suffix) \(histogram.count)\n"
        }
      }
      return out
    }
  }

  private static func labels(_ labels: KeyValuePairs<String, String>) -> String {
    labels.map { "\($0.key)=\"\(escape($0.value, quotes: true))\"" }.joined(separator: ",")
  }

  private static func escape(_ text: String, quotes: Bool) -> String {
    var out = ""
    for character in text.unicodeScalars {
      switch character {
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\"" where quotes: out += "\\\""
      default: out.unicodeScalars.append(character)
      }
    }
    return out
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
  }
}

/// `workqueue_*` of one queue, under client-go's names.
public struct QueueMetrics: Sendable {
  private let registry: MetricsRegistry
  private let name: String

  public init(_ registry: MetricsRegistry, name: String) {
    self.registry = registry
    self.name = name
  }

  func added() { registry.add("workqueue_adds_total", ["name": name], help: "Keys added") }
  func retried() { registry.add("workqueue_retries_total", ["name": name], help: "Keys added again after a failure") }
  func depth(_ count: Int) { registry.set("workqueue_depth", ["name": name], to: Double(count), help: "Keys waiting") }
  func started(waited: Duration) {
    registry.observe(
      "workqueue_queue_duration_seconds",
      ["name": name],
      waited.inSeconds,
      help: "How long a key waited"
    )
  }
  func finished(worked: Duration) {
    registry.observe(
      "workqueue_work_duration_seconds",
      ["name": name],
      worked.inSeconds,
      help: "How long a key was worked on"
    )
  }
}

extension Duration {
  /// As a fraction, for metrics.
  public var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }

  /// Somewhere within `fraction` of it, so that a thousand objects do not come back together.
  public func jittered(by fraction: Double) -> Duration { self * Double.random(in: (1 - fraction)...(1 + fraction)) }
}
