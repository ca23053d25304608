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
    // A second version with the same schema, which is stored from now on.
    let whole = try await client.get(WholeDefinition.self, key)
    guard case .object(var spec) = whole.spec, case .array(var versions) = spec["versions"],
      case .object(var first) = versions[0]
    else {
      Issue.record("the definition has no versions")
      return
    }
    var second = first
    second["name"] = "v1beta1"
    first["storage"] = false
    versions = [.object(first), .object(second)]
    spec["versions"] = .array(versions)
    _ = try await client.mergePatch(WholeDefinition.self, key, ["spec": .object(spec)])
    let isStoredInBoth = await eventually {
      try await client.get(StoredDefinition.self, key).status?.storedVersions == ["v1alpha1", "v1beta1"]
    }
    try #require(isStoredInBoth)

    let session = Session(
      api: client,
      server: client,
      invocation: try Invocation(["migrate"]),
      namespace: namespace,
      time: SystemTimeSource(),
      progress: { _ in }
    )
    let before = try await client.get(VPNConnection.self, connection.key)
    let outcome = try await CloudLinkerCommand.run(session)
    #expect(outcome.exitCode == 0, "\(outcome.text)")
    #expect(try await client.get(StoredDefinition.self, key).status?.storedVersions == ["v1beta1"])
    let after = try await client.get(VPNConnection.self, connection.key)
    #expect(after.spec == before.spec)
    // A new version of the object shows that the server has written it again.
    #expect(after.metadata.resourceVersion != before.metadata.resourceVersion)
  }
}

private struct WholeDefinition: Resource {
  static let resourceType = StoredDefinition.resourceType
  var metadata: ObjectMeta
  var spec: JSONValue
}
