internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// One screen of an environment: what it has, whether it is ready, and what to do next.
struct EnvironmentReport: Encodable, Equatable {
  struct Row: Encodable, Equatable {
    var namespace: String
    var kind: String
    var name: String
    /// Status of the condition Ready; `Unknown` until there is one.
    var ready: String
    var reason: String
    var message: String
    var detail: String
    var isReady: Bool { ready == "True" }
    /// Whether it is not ready and nobody suspended it.
    var isTrouble: Bool { !isReady && reason != Reason.suspended.rawValue }
    /// Whether it only waits for another object, whose message it repeats.
    var isConsequence: Bool { [Reason.connectionNotReady, .backboneNotReady].map(\.rawValue).contains(reason) }
  }
  var rows: [Row]

  static func read(_ session: Session) async throws(KubernetesError) -> EnvironmentReport {
    var rows: [Row] = []
    for type in EnvironmentKinds.all { rows += try await read(type, session) }
    return EnvironmentReport(rows: rows)
  }

  private static func read<Object: EnvironmentObject>(
    _ type: Object.Type,
    _ session: Session
  ) async throws(KubernetesError) -> [Row] {
    try await session.list(type, in: session.scope).map(row)
  }

  private static func row(_ object: some EnvironmentObject) -> Row {
    let ready = object.ready
    return Row(
      namespace: object.key.namespace,
      kind: type(of: object).kind,
      name: object.key.name,
      ready: ready?.status ?? "Unknown",
      reason: object.isBeingDeleted ? "Deleting" : ready?.reason ?? "Pending",
      message: ready?.message ?? "the operator has not looked at it: is it running, and does it watch this namespace?",
      detail: object.detail
    )
  }

  /// The number of messages shown for an environment.
  private static let shownMessages = 5

  /// 1 if something is not ready that nobody suspended.
  var exitCode: Int32 { rows.contains(where: \.isTrouble) ? 1 : 0 }

  func text(namespace: String?) -> String {
    guard !rows.isEmpty else {
      return "nothing of cloudlinker.dev in \(namespace.map { "namespace \($0)" } ?? "any namespace")\n"
    }
    return Dictionary(grouping: rows, by: \.namespace).sorted { $0.key < $1.key }.map(Self.section).joined(
      separator: "\n"
    )
  }

  private static func section(_ namespace: String, _ rows: [Row]) -> String {
    var table = TextTable()
    for row in rows { table.add(row.kind, row.name, row.ready, row.reason, row.detail) }
    let troubles = rows.filter(\.isTrouble)
    let causes = troubles.filter { !$0.isConsequence }
    let next = (causes.isEmpty ? troubles : causes).prefix(shownMessages).map { row in
      "next: \(row.kind) \(row.name): \(row.message)\n"
    }
    let more = troubles.count - next.count
    let rest = more > 0 ? "and \(more) more: kubectl cloudlinker doctor -n \(namespace)\n" : ""
    let head = "\(namespace)   \(rows.count(where: \.isReady)) of \(rows.count) ready\n"
    return head + table.text(indent: 2) + next.joined() + rest
  }
}
