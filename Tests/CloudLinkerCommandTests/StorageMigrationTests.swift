import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import CloudLinkerCommand

@Suite struct StorageMigrationTests {
  private func rig(stored: [String], versions: [String] = ["v1alpha1"]) -> CommandRig {
    let rig = CommandRig()
    for type in EnvironmentKinds.all {
      let name = "\(type.resourceType.plural).cloudlinker.dev"
      var definition = StoredDefinition(metadata: ObjectMeta(name: name))
      definition.spec = StoredDefinition.Spec(
        versions: versions.map { StoredDefinition.Version(name: $0, storage: $0 == versions.last) }
      )
      definition.status = StoredDefinition.Status(storedVersions: stored)
      rig.memory.put(definition)
    }
    rig.memory.put(Objects.connection())
    return rig
  }

  private func stored(_ rig: CommandRig) -> [String]? {
    let key = ObjectKey(name: "vpnconnections.cloudlinker.dev")
    return rig.memory.object(StoredDefinition.self, key)?.status?.storedVersions
  }

  @Test func withOneVersionThereIsNothingToDo() async throws {
    let rig = rig(stored: ["v1alpha1"])
    let outcome = try await rig.run("migrate")
    #expect(outcome.exitCode == 0)
    #expect(outcome.text.contains("VPNConnection: every object is stored as v1alpha1; there is nothing to do\n"))
    #expect(!rig.memory.calls.contains { $0.hasPrefix("patch") || $0.hasPrefix("apply") })
  }

  @Test func everyObjectIsWrittenBeforeTheFormerVersionIsForgotten() async throws {
    let rig = rig(stored: ["v1alpha1", "v1beta1"], versions: ["v1alpha1", "v1beta1"])
    let outcome = try await rig.run("migrate")
    #expect(outcome.exitCode == 0)
    #expect(outcome.text.contains("VPNConnection: 1 objects are stored as v1beta1"))
    #expect(stored(rig) == ["v1beta1"])
    let name = "vpnconnections.cloudlinker.dev"
    let writes = rig.memory.calls.filter { $0.hasSuffix("office") || $0.hasPrefix("apply") && $0.hasSuffix(name) }
    #expect(writes == ["patch VPNConnection production/office", "apply status CustomResourceDefinition \(name)"])
    #expect(rig.memory.object(VPNConnection.self, Objects.connection().key)?.spec == Objects.connection().spec)
  }

  @Test func anObjectThatIsRefusedKeepsTheFormerVersion() async throws {
    let rig = rig(stored: ["v1alpha1", "v1beta1"], versions: ["v1alpha1", "v1beta1"])
    rig.memory.setFault { call in
      call.hasPrefix("patch") ? KubernetesError(.invalid, status: 422, "spec.tunnels is too long") : nil
    }
    let outcome = try await rig.run("migrate")
    #expect(outcome.exitCode == 1)
    #expect(outcome.text.contains("\n  production/office: spec.tunnels is too long"))
    #expect(stored(rig) == ["v1alpha1", "v1beta1"])
  }

  @Test func aCheckWritesNothing() async throws {
    let rig = rig(stored: ["v1alpha1", "v1beta1"], versions: ["v1alpha1", "v1beta1"])
    let outcome = try await rig.run("migrate --check")
    #expect(outcome.exitCode == 1)
    #expect(outcome.text.contains("there may be objects stored as v1alpha1"))
    #expect(stored(rig) == ["v1alpha1", "v1beta1"])
  }

  @Test func fieldsAreLeftToTheVersionThatTheyWereWrittenInUnlessOneIsToGo() async throws {
    let rig = rig(stored: ["v1alpha1"], versions: ["v1beta1", "v1alpha1"])
    rig.memory.put(Self.written)
    for line in ["migrate", "migrate --check"] {
      let outcome = try await rig.run(line)
      #expect(outcome.exitCode == 0, "\(outcome.text)")
      #expect(!rig.memory.calls.contains { $0.hasPrefix("patch") })
    }
    let check = try await rig.run("migrate --to v1alpha1 --check")
    #expect(check.exitCode == 1)
    #expect(check.text.contains("VPNConnection: 1 objects have fields that were written as v1beta1: `migrate --to"))
    #expect(!rig.memory.calls.contains { $0.hasPrefix("patch") })
  }

  @Test func fieldsKeepTheirWriterWhenTheirVersionGoes() async throws {
    let rig = rig(stored: ["v1alpha1"], versions: ["v1beta1", "v1alpha1"])
    rig.memory.put(Self.written)
    let refusals = Locked(2)
    rig.memory.setFault { call in
      guard call.hasPrefix("patch") else { return nil }
      return refusals.withLock { left in
        defer { left -= 1 }
        return left > 0 ? KubernetesError(.conflict, status: 409, "the object was modified") : nil
      }
    }
    let outcome = try await rig.run("migrate --to v1alpha1")
    #expect(outcome.exitCode == 0, "\(outcome.text)")
    #expect(outcome.text.contains("VPNConnection: 1 objects have no fields any more that count as written as v1beta1"))
    let after = try #require(rig.memory.object(FieldOwnership<VPNConnection>.self, Objects.connection().key))
    #expect(
      after.entries == [
        Self.entry("argocd", "Apply", "v1alpha1", ["f:spec": ["f:type": [:]]]),
        // One person with kubectl, who wrote in both versions.
        Self.entry("kubectl-edit", "Update", "v1alpha1", ["f:spec": ["f:suspend": [:], "f:service": ["f:name": [:]]]]),
        Self.entry("cloudlinker-operator", "Apply", "v1alpha1", ["f:status": [:]], subresource: "status"),
      ]
    )
  }

  @Test func aVersionThatIsNotStoredIsNoPlaceToGo() async throws {
    let rig = rig(stored: ["v1alpha1"], versions: ["v1beta1", "v1alpha1"])
    let outcome = try await rig.run("migrate --to v1beta1")
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.text.contains("vpnconnections.cloudlinker.dev stores v1alpha1: before `migrate --to v1beta1`, apply CRDs")
    )
  }

  private static let written = FieldOwnership<VPNConnection>(
    metadata: Objects.metadata("office"),
    entries: [
      entry("argocd", "Apply", "v1beta1", ["f:spec": ["f:type": [:]]]),
      entry("kubectl-edit", "Update", "v1alpha1", ["f:spec": ["f:suspend": [:]]]),
      entry("kubectl-edit", "Update", "v1beta1", ["f:spec": ["f:service": ["f:name": [:]]]]),
      entry("cloudlinker-operator", "Apply", "v1alpha1", ["f:status": [:]], subresource: "status"),
    ]
  )

  private static func entry(
    _ manager: String,
    _ operation: String,
    _ version: String,
    _ fields: JSONValue,
    subresource: String? = nil
  ) -> [String: JSONValue] {
    var entry: [String: JSONValue] = [
      "manager": .string(manager), "operation": .string(operation), "apiVersion": .string("cloudlinker.dev/\(version)"),
      "fieldsType": "FieldsV1", "fieldsV1": fields,
    ]
    if let subresource { entry["subresource"] = .string(subresource) }
    return entry
  }

  /// On a control plane of its own, since it changes the definitions.
  @Test(.enabled(if: TestControlPlane.isControllable, "needs KUBEBUILDER_ASSETS"))
  func aServerForgetsTheFormerVersion() async throws {
    let plane = try await TestControlPlane.start()
    for type in EnvironmentKinds.all {
      try await plane.install(definitions: "crds/cloudlinker.dev_\(type.resourceType.plural).yaml")
    }
    let client = try await plane.client()
    let namespace = try await plane.createNamespace()
    var connection = Objects.connection(ready: nil)
    connection.metadata = ObjectMeta(name: "office", namespace: namespace)
    connection.spec.openVPN = decoded(
      #"{"credentialsSecretRef": {"name": "office"}, "caSecretRef": {"name": "office"}}"#
    )
    _ = try await client.create(connection)
    let key = ObjectKey(name: "vpnconnections.cloudlinker.dev")
    try await client.store("v1beta1", key)
    let isStoredInBoth = await eventually {
      try await client.get(StoredDefinition.self, key).status?.storedVersions == ["v1alpha1", "v1beta1"]
    }
    try #require(isStoredInBoth)

    let before = try await client.get(VPNConnection.self, connection.key)
    let outcome = try await client.runCommand("migrate")
    #expect(outcome.exitCode == 0, "\(outcome.text)")
    #expect(try await client.get(StoredDefinition.self, key).status?.storedVersions == ["v1beta1"])
    let after = try await client.get(VPNConnection.self, connection.key)
    #expect(after.spec == before.spec)
    // A new version of the object shows that the server has written it again.
    #expect(after.metadata.resourceVersion != before.metadata.resourceVersion)
  }
}

extension KubernetesClient {
  /// Changes the version in which a kind's objects are stored, as a later release does.
  fileprivate func store(_ version: String, _ key: ObjectKey) async throws {
    let versions: JSONValue
    switch try await get(WholeDefinition.self, key).spec {
    case .object(let spec): versions = spec["versions"] ?? []
    default: versions = []
    }
    guard case .array(let items) = versions else { return }
    let changed = items.map { item -> JSONValue in
      guard case .object(var members) = item else { return item }
      members["storage"] = .bool(members["name"] == .string(version))
      return .object(members)
    }
    _ = try await mergePatch(WholeDefinition.self, key, ["spec": ["versions": .array(changed)]])
  }
}
