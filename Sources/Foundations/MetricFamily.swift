/// All series of one metric, and their text in Prometheus' format 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/). The number of series is not limited.
package struct MetricFamily: Sendable, Hashable {
  package enum Kind: String, Sendable { case counter, gauge, histogram }

  package struct Series: Sendable, Hashable {
    /// For a histogram: the sum of all values.
    package var value = 0.0
    /// For a histogram: the number of values in each single bucket; the last one is for values above all bounds.
    fileprivate var buckets: [UInt64] = []
    package fileprivate(set) var count: UInt64 = 0
  }

  /// The media type of the text.
  package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  package let help: String
  package let kind: Kind
  /// Upper bounds of a histogram's buckets, ascending.
  package let bounds: [Double]
  /// Series by labels, in the form of `MetricLabels.text`.
  package private(set) var series: [String: Series] = [:]

  package init(help: String, kind: Kind, bounds: [Double] = []) {
    self.help = help
    self.kind = kind
    self.bounds = bounds
  }

  /// Sets or adds to the value of a counter or gauge.
  package mutating func change(_ labels: String, _ body: (inout Double) -> Void) {
    body(&series[labels, default: Series()].value)
  }

  /// Adds a value to a histogram. NaN only makes the series appear.
  package mutating func observe(_ labels: String, _ new: Double) {
    if series[labels] == nil { series[labels] = Series(buckets: Array(repeating: 0, count: bounds.count + 1)) }
    guard !new.isNaN else { return }
    series[labels]?.add(new, to: bounds.firstIndex { new <= $0 } ?? bounds.count)
  }

  package mutating func remove(_ labels: String) { series[labels] = nil }

  /// Appends the metric under `name`. Writes nothing while there are no series.
  package func write(_ name: String, to out: inout String) {
    guard !series.isEmpty else { return }
    out += "# HELP \(name) \(MetricLabels.escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
    for (labels, series) in series.sorted(by: { $0.key < $1.key }) {
      let suffix = labels.isEmpty ? "" : "{\(labels)}"
      guard kind == .histogram else {
        out += "\(name)\(suffix) \(Self.number(series.value))\n"
        continue
      }
      let prefix = labels.isEmpty ? "" : labels + ","
      var below: UInt64 = 0
      for (bound, count) in zip(bounds, series.buckets) {
        below &+= count
        out += "\(name)_bucket{\(prefix)le=\"\(Self.number(bound))\"} \(below)\n"
      }
      out += "\(name)_bucket{\(prefix)le=\"+Inf\"} \(series.count)\n"
      out += "\(name)_sum\(suffix) \(Self.number(series.value))\n\(name)_count\(suffix) \(series.count)\n"
    }
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    return Int64(exactly: value).map { String($0) } ?? String(value)
  }
}

extension MetricFamily.Series {
  fileprivate mutating func add(_ new: Double, to bucket: Int) {
    buckets[bucket] &+= 1
    count &+= 1
    value += new
  }
}

/// The text form of labels: sorted by name, with values escaped.
package enum MetricLabels {
  package static func text(_ labels: KeyValuePairs<String, String>) -> String {
    if labels.isEmpty { return "" }
    if labels.count == 1, let only = labels.first { return "\(only.key)=\"\(escaped(only.value, quotes: true))\"" }
    return labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(escaped($0.value, quotes: true))\"" }
      .joined(separator: ",")
  }

  /// Escapes backslash, line feed and, in label values, the quote, as Prometheus' text format demands.
  fileprivate static func escaped(_ text: String, quotes: Bool) -> String {
    guard text.utf8.contains(where: { $0 == 0x5c || $0 == 0x0a || $0 == 0x22 }) else { return text }
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\"" where quotes: out += "\\\""
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}

extension Duration {
  /// The duration as a fraction of seconds, for metrics.
  public var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }
}
