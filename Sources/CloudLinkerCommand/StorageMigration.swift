internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// Has every object stored in the version that its CRD stores now, so that CRDs without the other versions can be
/// applied: those of a later release, or with `--to` also those of the former one.
///
///     storedVersions of the CRD         what is done
///     only the storage version          nothing
///     other versions too                each object is written unchanged, and then storedVersions is cut to the storage
///                                       version
///     the same, and a write fails       storedVersions stays, and the object is named
///
/// The API server refuses to apply an object whose `managedFields` names a version that is not served, and a plain write
/// makes it forget who owns the fields (kubernetes/kubernetes#111937). With `--to` they name the version that stays.
struct StorageMigration {
  /// The field manager of `storedVersions` in the CRD.
  static let fieldManager = "kubectl-cloudlinker"
  /// The number of objects between two lines of progress.
  static let stride = 500
  /// How often an object is read again when somebody else wrote it meanwhile.
  static let tries = 5

  let session: Session

  func run() async throws(KubernetesError) -> Outcome {
    var text = ""
    var isComplete = true
    for type in EnvironmentKinds.all {
      let result = try await migrate(type)
      text += "\(type.kind): \(result.text)\n"
      isComplete = isComplete && result.exitCode == 0
    }
    return Outcome(text, exitCode: isComplete ? 0 : 1)
  }

  private func migrate<Object: EnvironmentObject>(_ type: Object.Type) async throws(KubernetesError) -> Outcome {
    let name = "\(Object.resourceType.plural).\(Object.resourceType.group)"
    let definition = try await session.api.get(StoredDefinition.self, ObjectKey(name: name))
    guard let target = definition.storageVersion else {
      return Outcome("CustomResourceDefinition \(name) has no storage version: apply crds/ again", exitCode: 1)
    }
    if let version = session.invocation.version, version != target {
      return Outcome(
        "CustomResourceDefinition \(name) stores \(target): before `migrate --to \(version)`, apply CRDs that store it",
        exitCode: 1
      )
    }
    let former = (definition.status?.storedVersions ?? []).filter { $0 != target }
    var objects: [FieldOwnership<Object>] = []
    if !former.isEmpty || rewritesOwnership { objects = try await session.list(FieldOwnership<Object>.self, in: nil) }
    if former.isEmpty { objects.removeAll { !rewritesOwnership || $0.versions(besides: target).isEmpty } }
    guard !former.isEmpty || !objects.isEmpty else {
      return Outcome("every object is stored as \(target); there is nothing to do")
    }
    let others = Set(objects.flatMap { $0.versions(besides: target) }).union(former).sorted().commas
    guard !session.invocation.checks else {
      return Outcome(
        former.isEmpty
          ? "\(objects.count) objects have fields that were written as \(others): `migrate --to \(target)` changes that"
          : "there may be objects stored as \(former.commas): `migrate` stores them as \(target)",
        exitCode: 1
      )
    }
    let refused = await rewrite(objects, in: target)
    guard refused.isEmpty else {
      let lines = refused.map { "\n  \($0)" }.joined()
      let consequence = former.isEmpty ? "" : ", so \(former.commas) stays in status.storedVersions of \(name)"
      return Outcome(
        "\(refused.count) of \(objects.count) objects could not be written\(consequence):\(lines)",
        exitCode: 1
      )
    }
    guard !former.isEmpty else {
      return Outcome("\(objects.count) objects have no fields any more that count as written as \(others)")
    }
    try await forget(definition, keeping: target)
    return Outcome(
      "\(objects.count) objects are stored as \(target); status.storedVersions no longer has \(former.commas)"
    )
  }

  private var rewritesOwnership: Bool { session.invocation.version != nil }

  /// - Returns: a line for each object that could not be written.
  private func rewrite<Object: Resource>(_ objects: [FieldOwnership<Object>], in version: String) async -> [String] {
    var refused: [String] = []
    for (index, object) in objects.enumerated() {
      if index > 0, index.isMultiple(of: Self.stride) {
        session.progress("\(Object.resourceType.kind): wrote \(index) of \(objects.count)")
      }
      do throws(KubernetesError) {
        try await rewrite(object, in: version)
      } catch {
        // An object that was deleted meanwhile is not stored in any version.
        if error.kind != .notFound { refused.append("\(object.key): \(error.message)") }
      }
    }
    return refused
  }

  private func rewrite<Object: Resource>(
    _ object: FieldOwnership<Object>,
    in version: String
  ) async throws(KubernetesError) {
    var object = object
    for attempt in 1...Self.tries {
      do throws(KubernetesError) {
        _ = try await session.api.mergePatch(FieldOwnership<Object>.self, object.key, patch(object, in: version))
        return
      } catch {
        guard error.kind == .conflict, attempt < Self.tries else { throw error }
      }
      object = try await session.api.get(FieldOwnership<Object>.self, object.key)
    }
  }

  /// The server stores what it is sent in its present version, so an empty patch is enough for that.
  private func patch<Object: Resource>(_ object: FieldOwnership<Object>, in version: String) -> JSONValue {
    guard rewritesOwnership, !object.versions(besides: version).isEmpty, let read = object.metadata.resourceVersion
    else {
      return [:]
    }
    let entries = object.entries(in: version).map(JSONValue.object)
    return ["metadata": ["resourceVersion": .string(read), "managedFields": .array(entries)]]
  }

  private func forget(_ definition: StoredDefinition, keeping target: String) async throws(KubernetesError) {
    let now = try await session.api.get(StoredDefinition.self, definition.key)
    guard now.storageVersion == target else {
      throw KubernetesError(
        .conflict,
        "CustomResourceDefinition \(definition.key.name) was changed meanwhile: run `migrate` again"
      )
    }
    var wanted = StoredDefinition(metadata: now.metadata)
    wanted.status = StoredDefinition.Status(storedVersions: [target])
    _ = try await session.api.applyStatus(wanted, fieldManager: Self.fieldManager, force: true)
  }
}
