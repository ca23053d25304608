import FoundationEssentials
import Foundations
import Kubernetes
import KubernetesTesting

/// A namespace of its own on the API server that all tests share.
struct RealServer {
  let plane: TestControlPlane
  let client: KubernetesClient
  let namespace: String

  static func ready() async throws -> RealServer {
    let plane = try await TestControlPlane.shared()
    try await widgets.value
    return RealServer(plane: plane, client: try await plane.client(), namespace: try await plane.createNamespace())
  }

  /// The kind `Widget`, which has a status of its own.
  private static let widgets = Task {
    let manifest = """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: widgets.example.com}
      spec:
        group: example.com
        scope: Namespaced
        names: {kind: Widget, plural: widgets}
        versions:
          - name: v1
            served: true
            storage: true
            subresources: {status: {}}
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec: {type: object, properties: {size: {type: integer, maximum: 100}}}
                  status: {type: object, properties: {phase: {type: string}}}
      """
    let path = "/tmp/cloudlinker-widgets-\(UUID().uuidString).yaml"
    try Data(manifest.utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await TestControlPlane.shared().install(definitions: path)
  }

  func key(_ name: String) -> ObjectKey { ObjectKey(namespace: namespace, name: name) }

  func widget(_ name: String, size: Int? = nil, phase: String? = nil, labels: [String: String]? = nil) -> Widget {
    Widget(
      metadata: ObjectMeta(name: name, namespace: namespace, labels: labels),
      spec: size.map { Widget.Spec(size: $0) },
      status: phase.map { Widget.Status(phase: $0) }
    )
  }

  func list<Object: Resource>(
    _ type: Object.Type = Object.self,
    labels: String? = nil,
    version: String? = nil,
    limit: Int? = nil,
    after token: String? = nil
  ) async throws(KubernetesError) -> ListPage<Object> {
    let scope = Scope(namespace: namespace, labelSelector: labels)
    return try await client.list(type, scope, resourceVersion: version, limit: limit, continueToken: token)
  }
}

/// The kind of the error that `body` throws; nil when it throws none.
func errorKind(_ body: () async throws(KubernetesError) -> Void) async -> KubernetesError.Kind? {
  do {
    try await body()
    return nil
  } catch { return error.kind }
}
