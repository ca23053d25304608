internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// The commands that change one object and wait until the operator has noticed.
struct ObjectChange {
  let session: Session

  func run() async throws -> Outcome {
    let (type, key) = try session.subject()
    return try await run(type, key)
  }

  private func run<Object: EnvironmentObject>(_ type: Object.Type, _ key: ObjectKey) async throws(KubernetesError)
    -> Outcome
  {
    switch session.invocation.command {
    case .suspend: try await setSuspended(type, key, true)
    case .resume: try await setSuspended(type, key, nil)
    case .plan where session.invocation.ends: try await endPlan(type, key)
    case .plan: try await plan(type, key)
    default: try await reconcile(type, key)
    }
  }

  private func reconcile<Object: EnvironmentObject>(_ type: Object.Type, _ key: ObjectKey) async throws(KubernetesError)
    -> Outcome
  {
    let object = try await request(type, key)
    return Outcome(Self.readiness(of: object), exitCode: object.isReady ? 0 : 1)
  }

  private func setSuspended<Object: EnvironmentObject>(
    _ type: Object.Type,
    _ key: ObjectKey,
    _ isSuspended: Bool?
  ) async throws(KubernetesError) -> Outcome {
    let value = isSuspended.map(JSONValue.bool) ?? .null
    let changed = try await session.api.mergePatch(type, key, ["spec": ["suspend": value]])
    let object = try await wait(for: changed, "the operator to see it") { !$0.isUnseen }
    return Outcome(Self.readiness(of: object))
  }

  private func plan<Object: EnvironmentObject>(_ type: Object.Type, _ key: ObjectKey) async throws(KubernetesError)
    -> Outcome
  {
    let object = try await request(type, key, reconcile: .string(CloudLinker.Annotation.reconcilePlan))
    let plan = object.status?.plan ?? []
    let lines = plan.isEmpty ? ["nothing: all is as specified"] : plan
    return Outcome(
      """
      \(object.title): the operator would do
      \(lines.map { "  " + $0 }.joined(separator: "\n"))
      It changes nothing until `kubectl cloudlinker plan \(Object.shortName)/\(key.name) -n \(key.namespace) --end`.

      """
    )
  }

  private func endPlan<Object: EnvironmentObject>(_ type: Object.Type, _ key: ObjectKey) async throws(KubernetesError)
    -> Outcome
  {
    let object = try await request(type, key, reconcile: .null)
    return Outcome(Self.readiness(of: object))
  }

  /// Requests a reconcile, in plan mode or out of it, and waits until there was one.
  private func request<Object: EnvironmentObject>(
    _ type: Object.Type,
    _ key: ObjectKey,
    reconcile: JSONValue? = nil
  ) async throws(KubernetesError) -> Object {
    let stamp = session.time.timestamp.microDescription
    var annotations: [String: JSONValue] = [CloudLinker.Annotation.requestedAt: .string(stamp)]
    annotations[CloudLinker.Annotation.reconcile] = reconcile
    let patch: JSONValue = ["metadata": ["annotations": .object(annotations)]]
    let changed = try await session.api.mergePatch(type, key, patch)
    return try await wait(for: changed, "the operator to look at it") { $0.status?.lastHandledReconcileAt == stamp }
  }

  static func readiness(of object: some EnvironmentObject) -> String {
    guard let ready = object.ready else { return "\(object.title): not looked at yet\n" }
    return "\(object.title): Ready=\(ready.status), \(ready.reason): \(ready.message)\n"
  }

  /// Follows an object until it is as wanted.
  /// - Throws: `.unavailable` after the command line's timeout.
  private func wait<Object: EnvironmentObject>(
    for object: Object,
    _ what: String,
    until isDone: @escaping @Sendable (Object) -> Bool
  ) async throws(KubernetesError) -> Object {
    guard !isDone(object) else { return object }
    session.progress("waiting for \(what) (at most \(session.invocation.timeout) s)")
    return try await ObjectWait(session: session).follow(object.key, what, until: isDone)
  }
}
