internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// Has every object stored in the CRD's present storage version, so that a later release may drop the previous one.
///
///     storedVersions of the CRD         what is done
///     only the storage version          nothing
///     other versions too                each object is written unchanged, and then storedVersions is cut to the storage
///                                       version
///     the same, and a write fails       storedVersions stays, and the object is named
struct StorageMigration {
  /// The field manager of `storedVersions` in the CRD.
  static let fieldManager = "kubectl-cloudlinker"
  /// The number of objects between two lines of progress.
  static let stride = 500

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
    let former = (definition.status?.storedVersions ?? []).filter { $0 != target }
    guard !former.isEmpty else { return Outcome("every object is stored as \(target); there is nothing to do") }
    guard !session.invocation.checks else {
      return Outcome("there may be objects stored as \(former.commas): `migrate` stores them as \(target)", exitCode: 1)
    }
    let objects = try await session.list(PartialMetadata<Object>.self, in: nil)
    let refused = await rewrite(objects)
    guard refused.isEmpty else {
      let lines = refused.map { "\n  \($0)" }.joined()
      return Outcome(
        "\(refused.count) of \(objects.count) objects could not be written, so \(former.commas) stays in "
          + "status.storedVersions of CustomResourceDefinition \(name):\(lines)",
        exitCode: 1
      )
    }
    try await forget(definition, keeping: target)
    return Outcome(
      "\(objects.count) objects are stored as \(target); status.storedVersions no longer has \(former.commas)"
    )
  }

  /// The server stores every object that is written in its present version; an empty patch changes nothing else.
  private func rewrite<Object: Resource>(_ objects: [Object]) async -> [String] {
    var refused: [String] = []
    for (index, object) in objects.enumerated() {
      if index > 0, index.isMultiple(of: Self.stride) {
        session.progress("\(Object.resourceType.kind): wrote \(index) of \(objects.count)")
      }
      do throws(KubernetesError) {
        _ = try await session.api.mergePatch(Object.self, object.key, [:])
      } catch {
        // An object that was deleted meanwhile is not stored in any version.
        if error.kind != .notFound { refused.append("\(object.key): \(error.message)") }
      }
    }
    return refused
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

/// A CustomResourceDefinition, reduced to how objects are stored.
struct StoredDefinition: Resource {
  static let resourceType = ResourceType(
    group: "apiextensions.k8s.io",
    version: "v1",
    kind: "CustomResourceDefinition",
    plural: "customresourcedefinitions",
    isNamespaced: false
  )
  var metadata: ObjectMeta
  var spec: Spec?
  var status: Status?

  struct Spec: Codable, Sendable, Hashable { var versions: [Version] }
  struct Version: Codable, Sendable, Hashable {
    var name: String
    var storage: Bool
  }
  struct Status: Codable, Sendable, Hashable {
    /// Every version in which an object may be stored.
    var storedVersions: [String]?
  }

  var storageVersion: String? { spec?.versions.first(where: \.storage)?.name }
}
