internal import Foundation
internal import KubernetesTesting
internal import Testing

/// manifests/ against the API server of `KUBEBUILDER_ASSETS`.
@Suite(.enabled(if: TestControlPlane.isControllable, "needs KUBEBUILDER_ASSETS"))
struct ManifestTests {
  /// Client and server validate every field: a CEL rule or a policy/v1 in the rendered manifests fails on 1.20.
  @Test func `the manifests for the server's version are accepted with validation`() async throws {
    let plane = try await TestControlPlane.shared()
    let isOld = try await Version(plane).minor < 25
    let rendered = FileManager.default.temporaryDirectory.appending(path: "cloudlinker-manifests-\(UUID()).yaml")
    defer { try? FileManager.default.removeItem(at: rendered) }
    let manifests = try Repository.output(
      of: "hack/render",
      [isOld ? "manifests/overlays/kubernetes-1.20" : "manifests"]
    )
    try Data(manifests).write(to: rendered)
    // A dry run makes no namespaces, and refuses what would go into them.
    try await plane.kubectl(["apply", "-f", Repository.root.appending(path: "manifests/base/namespaces.yaml").path])
    let said = try await plane.kubectl(["apply", "--dry-run=server", "--validate=true", "-f", rendered.path])
    for object in [
      "customresourcedefinition.apiextensions.k8s.io/vpnconnections.cloudlinker.dev",
      "deployment.apps/cloudlinker-operator", "poddisruptionbudget.policy/cloudlinker-operator",
    ] {
      #expect(said.contains(object), "\(said)")
    }
  }
}

private struct Version {
  var minor: Int
  init(_ plane: TestControlPlane) async throws {
    let answer = try await plane.kubectl(["get", "--raw", "/version"])
    let minor = try #require(answer.firstMatch(of: #/"minor": *"([0-9]+)/#))
    self.minor = try #require(Int(minor.1))
  }
}
