/// All series of one metric.
struct MetricFamily {
  enum Kind: String { case counter, gauge, histogram }

  struct Series {
    var value = 0.0
    /// Of a histogram: values in each bucket alone, the last for what exceeds all bounds.
    var buckets: [UInt64] = []
    var count: UInt64 = 0
    private let bounds: [Double]

    init(_ family: MetricFamily) {
      bounds = family.bounds
      if family.kind == .histogram { buckets = Array(repeating: 0, count: bounds.count + 1) }
    }

    mutating func observe(_ new: Double) {
      guard !new.isNaN, !buckets.isEmpty else { return }
      buckets[bounds.firstIndex { new <= $0 } ?? bounds.count] &+= 1
      count &+= 1
      value += new
    }
  }

  let help: String
  let kind: Kind
  let bounds: [Double]
  var series: [String: Series] = [:]

  init(help: String, kind: Kind, bounds: [Double]) {
    self.help = help
    self.kind = kind
    self.bounds = bounds
  }

  /// - Returns: whether the value was dropped: too many series.
  mutating func change(_ key: String, _ kind: Kind, _ body: (inout Series) -> Void) -> Bool {
    // One name, two kinds: a mistake of the program, which must not end it.
    guard kind == self.kind else { return false }
    guard series[key] != nil || series.count < MetricsRegistry.maximumSeries else { return true }
    var changed = series.removeValue(forKey: key) ?? Series(self)
    body(&changed)
    series[key] = changed
    return false
  }

  func write(_ name: String, to out: inout String) {
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

/// Labels as they are written: sorted by name, values escaped.
enum MetricLabels {
  static func text(_ labels: KeyValuePairs<String, String>) -> String {
    if labels.isEmpty { return "" }
    if labels.count == 1, let only = labels.first { return "\(only.key)=\"\(escaped(only.value, quotes: true))\"" }
    return labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(escaped($0.value, quotes: true))\"" }
      .joined(separator: ",")
  }

  /// Prometheus' text format: backslash, line feed and, in label values, the quote.
  static func escaped(_ text: String, quotes: Bool) -> String {
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
  /// As a fraction, for metrics.
  public var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }

  /// Somewhere within `fraction` of it, so that a thousand objects do not come back together.
  public func jittered(by fraction: Double) -> Duration {
    let fraction = min(max(fraction, 0), 1)
    return self * Double.random(in: (1 - fraction)...(1 + fraction))
  }
}
