internal import FoundationEssentials
internal import Foundations
internal import Kubernetes

/// A line of a pod's log, or an event, as one of many that are sorted by time.
struct LogLine: Encodable, Equatable {
  /// RFC 3339 in UTC with nine digits of a second, as kubelets write it, so that text order is time order.
  var time: String
  /// `a` and `a charon`: the agent and the daemon of tunnel a. `a connections`: its connection log. Otherwise a
  /// connector's pod, or `event`.
  var source: String
  var message: String
  /// The JSON in the message, if it has any: connection logs and connectors' analytics.
  var data: JSONValue?

  /// - Parameters:
  ///   - line: with the time and a space in front, as the API server sends it.
  ///   - pod: how the pod is called: by its tunnel, or by its name.
  init(_ line: Substring, of pod: String) {
    time = String(line.prefix { $0 != " " })
    source = pod
    message = String(line.dropFirst(time.count + 1))
    // Gateways write the time themselves, a moment earlier.
    if let stamp = message.firstIndex(of: " "), Timestamp(message[..<stamp]) != nil {
      message = String(message[message.index(after: stamp)...])
    }
    // Twingate: `ANALYTICS {"connection": …}` (docs/connector-real-time-logs).
    let analytics = "ANALYTICS "
    if message.hasPrefix("{") {
      data = Self.json(message)
    } else if message.hasPrefix(analytics) {
      data = Self.json(message.dropFirst(analytics.count))
    }
    if let part = part { source += " \(part)" }
  }

  /// Which part of a gateway writes the line, if it is not the agent.
  private var part: String? {
    if case .object(let members) = data {
      for name in ["log", "daemon"] {
        if case .string(let text) = members[name] { return text.printable(limit: 32) }
      }
    }
    guard let key = message.ranges(of: " daemon=").last else { return nil }
    return String(message[key.upperBound...].prefix { $0 != " " })
  }

  private static func json(_ text: some StringProtocol) -> JSONValue? {
    try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
  }

  init(_ event: ObservedEvent, of pod: String? = nil) {
    time = "\(event.lastTime.microDescription.dropLast())000Z"
    source = ["event", pod].compactMap(\.self).joined(separator: " ")
    let count = event.count > 1 ? " (\(event.count) times)" : ""
    let note = (event.note ?? "").printable(replacement: " ")
    message = "\(event.type ?? "Normal") \(event.reason ?? ""): \(note)\(count)"
  }

  var text: String { "\(time) [\(source)] \(message)\n" }

  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return ((try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}") + "\n"
  }
}

/// An events.k8s.io/v1 Event with the times that older reporters, such as kubelets, set.
struct ObservedEvent: Resource {
  static let resourceType = Event.resourceType
  var metadata: ObjectMeta
  var eventTime: MicroTimestamp?
  var series: Event.Series?
  var deprecatedFirstTimestamp: Timestamp?
  var deprecatedLastTimestamp: Timestamp?
  var deprecatedCount: Int?
  var regarding: ObjectReference?
  var reason: String?
  var note: String?
  /// `Normal` or `Warning`.
  var type: String?

  var lastTime: Timestamp {
    series?.lastObservedTime?.time ?? eventTime?.time ?? deprecatedLastTimestamp ?? deprecatedFirstTimestamp
      ?? metadata.creationTimestamp ?? Timestamp(microseconds: 0)
  }
  var count: Int { series?.count ?? deprecatedCount ?? 1 }

  func regards(_ kind: String, _ key: ObjectKey) -> Bool {
    regarding?.kind == kind && regarding?.name == key.name && (regarding?.namespace ?? "") == key.namespace
  }
}
