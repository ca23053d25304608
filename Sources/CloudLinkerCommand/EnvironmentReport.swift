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

  /// 1 if something is not ready that nobody suspended.
  var exitCode: Int32 { rows.contains { !$0.isReady && $0.reason != Reason.suspended.rawValue } ? 1 : 0 }

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
    let next = rows.first { !$0.isReady }.map { "next: \($0.kind) \($0.name): \($0.message)\n" } ?? ""
    return "\(namespace)   \(rows.count(where: \.isReady)) of \(rows.count) ready\n" + table.text(indent: 2) + next
  }
}
