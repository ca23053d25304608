import CloudLinkerAPI
import FoundationEssentials
import Foundations
import HTTPTransport
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import CloudLinkerCommand

/// From this release's CRDs back to the former one's, which serve v1alpha1 only, with objects that were written as
/// v1beta1 (docs/upgrading.md). Each case has a control plane of its own, since it changes the definitions.
@Suite(.enabled(if: TestControlPlane.isControllable, "needs KUBEBUILDER_ASSETS"))
struct GoingBackTests {
  enum Server: CaseIterable { case core, customResources }
  static let servers = TestControlPlane.hasCustomResourceServer ? Server.allCases : [.core]

  @Test(arguments: servers)
  func objectsGoOnWithTheFormerDefinitions(_ server: Server) async throws {
    let (plane, client) = try await start(server)
    defer { withExtendedLifetime(plane) {} }
    try await client.createAsBeta("migrated")
    let check = try await client.runCommand("migrate --to v1alpha1 --check")
    #expect(check.exitCode == 1)
    #expect(check.text.contains("PortForward: 1 objects have fields that were written as v1beta1"), "\(check.text)")
    let before = try await client.get(PortForward.self, key("migrated"))
    let outcome = try await client.runCommand("migrate --to v1alpha1")
    #expect(outcome.exitCode == 0, "\(outcome.text)")
    #expect(try await client.runCommand("migrate --to v1alpha1 --check").exitCode == 0)
    try await client.createAsBeta("forgotten")

    try await client.goBack()
    let after = try await client.get(PortForward.self, key("migrated"))
    #expect(after.spec == before.spec)
    #expect(after.metadata.uid == before.metadata.uid)
    try await client.expectWritable("migrated")

    // https://github.com/kubernetes/kubernetes/issues/111937: why `migrate --to` exists.
    let refusal = await client.refusal { try await client.report("forgotten") }
    #expect(refusal?.contains("invalid group/version: cloudlinker.dev/v1beta1") == true, "\(refusal ?? "no refusal")")
    let late = try await client.runCommand("migrate --to v1alpha1")
    #expect(late.exitCode == 0, "\(late.text)")
    #expect(try await client.get(PortForward.self, key("forgotten")).spec == before.spec)
    try await client.expectWritable("forgotten")
  }

  private func start(_ server: Server) async throws -> (plane: TestControlPlane, client: KubernetesClient) {
    let plane = try await TestControlPlane.start()
    let url =
      switch server {
      case .core: plane.server
      case .customResources: try await plane.startCustomResourceServer()
      }
    let client = KubernetesClient(
      transport: CurlTransport(.init(tls: plane.tls(), proxy: .none)),
      server: url,
      credentials: StaticToken(TestControlPlane.Token.admin.rawValue)
    )
    for definition in CustomResourceDefinition.all {
      _ = try await client.create(
        WholeDefinition(
          metadata: ObjectMeta(name: definition.name),
          spec: definition.spec(serving: ["v1alpha1", "v1beta1"])
        )
      )
    }
    for type in EnvironmentKinds.all { try await client.waitServed(type.resourceType) }
    try await client.waitServed(BetaForward.resourceType)
    return (plane, client)
  }
}

private func key(_ name: String) -> ObjectKey { ObjectKey(namespace: "default", name: name) }

/// A PortForward as somebody writes it who uses the new version.
private struct BetaForward: Resource {
  static let resourceType = ResourceType(
    group: CloudLinker.group,
    version: "v1beta1",
    kind: "PortForward",
    plural: "portforwards"
  )
  var metadata: ObjectMeta
  var spec: PortForwardSpec
}

extension CustomResourceDefinition {
  fileprivate func spec(serving versions: [String]) -> JSONValue {
    if case .object(let members) = json(serving: versions) { members["spec"] ?? .null } else { .null }
  }
}

extension KubernetesClient {
  fileprivate func waitServed(_ type: ResourceType, _ isServed: Bool = true) async throws {
    let isSo = await eventually { try await serves(type) == isServed }
    try #require(isSo, "\(type.apiVersion) \(type.kind)")
  }

  /// One object, written by two clients: one applies it, the other patches it.
  fileprivate func createAsBeta(_ name: String) async throws {
    let forward = BetaForward(
      metadata: ObjectMeta(name: name, namespace: "default"),
      spec: Objects.forward().spec
    )
    // The endpoint of a kind may be a moment behind its discovery.
    let isApplied = await eventually {
      try await self.apply(forward, fieldManager: "argocd", force: true).key == key(name)
    }
    try #require(isApplied)
    _ = try await mergePatch(BetaForward.self, key(name), ["metadata": ["labels": ["team": "a"]]])
  }

  /// Replaces the CRD of PortForward by one that serves v1alpha1 only.
  fileprivate func goBack() async throws {
    let definition = PortForward.definition
    let former = definition.spec(serving: ["v1alpha1"])
    _ = try await mergePatch(WholeDefinition.self, ObjectKey(name: definition.name), ["spec": former])
    try await waitServed(BetaForward.resourceType, false)
    let isGone = await eventually { await refusal { _ = try await self.get(BetaForward.self, key("migrated")) } != nil }
    try #require(isGone)
  }

  fileprivate func suspend(_ name: String) async throws {
    _ = try await mergePatch(PortForward.self, key(name), ["spec": ["suspend": true]])
  }

  /// As the operator does.
  fileprivate func report(_ name: String) async throws {
    var forward = try await get(PortForward.self, key(name))
    forward.status = PortForwardStatus()
    forward.status?.observedGeneration = forward.metadata.generation
    _ = try await applyStatus(forward, fieldManager: CloudLinker.fieldManager, force: true)
  }

  fileprivate func refusal(_ body: () async throws -> Void) async -> String? {
    do {
      try await body()
      return nil
    } catch {
      return (error as? KubernetesError)?.message ?? "\(error)"
    }
  }

  /// By a person, by the operator and by whoever applied it, whose fields are still their own.
  fileprivate func expectWritable(_ name: String) async throws {
    try await suspend(name)
    try await report(name)
    var wanted = PortForward(
      metadata: ObjectMeta(name: name, namespace: "default"),
      spec: Objects.forward().spec
    )
    wanted.spec.ports[0].name = "renamed"
    let applied = try await apply(wanted, fieldManager: "argocd", force: false)
    // A list with keys: the port that argocd applied before goes only if it still counts as argocd's.
    #expect(applied.spec.ports.map(\.name) == ["renamed"])
    #expect(applied.spec.isSuspended)
  }
}
