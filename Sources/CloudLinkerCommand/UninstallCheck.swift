internal import CloudLinkerAPI
internal import Kubernetes

/// What would be left behind if the operator were removed now: objects whose finalizers only it can remove, and with
/// them networks and gateways that nobody would delete.
struct UninstallCheck {
  let session: Session

  func run() async throws(KubernetesError) -> Outcome {
    var held: [String] = []
    for type in EnvironmentKinds.all { held += try await read(type) }
    guard !held.isEmpty else { return Outcome("nothing would be orphaned: the operator can be removed\n") }
    return Outcome(
      """
      \(held.count) objects hold what only the operator can take down:
      \(held.map { "  " + $0 }.joined(separator: "\n"))
      Delete them first and wait until they are gone. A Backbone with deletionPolicy Retain leaves its network in the cloud.

      """,
      exitCode: 1
    )
  }

  private func read<Object: EnvironmentObject>(_ type: Object.Type) async throws(KubernetesError) -> [String] {
    let objects: [Object]
    do {
      objects = try await session.list(type, in: nil)
    } catch  where error.kind == .notFound {
      return []  // the CRD is gone, and its objects with it
    }
    return objects.filter { object in
      (object.metadata.finalizers ?? []).contains { $0.hasPrefix("\(CloudLinker.group)/") }
    }.map { "\($0.title)  \($0.detail)" }
  }
}
