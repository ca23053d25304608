internal import Foundations
internal import Kubernetes

/// Which namespaces a NetworkPolicy can select: those with the label `kubernetes.io/metadata.name`, which Kubernetes
/// itself sets since 1.21. A namespace that has it is not asked about again.
final class NamespaceLabels: Sendable {
  static let label = "kubernetes.io/metadata.name"
  private let client: any KubernetesAPI
  private let labelled = Locked<Set<String>>([])

  init(client: any KubernetesAPI) { self.client = client }

  /// Those of `names` that exist and lack the label, sorted.
  func unlabelled(_ names: Set<String>) async throws(KubernetesError) -> [String] {
    let known = labelled.withLock { $0 }
    var result: [String] = []
    for name in names.subtracting(known).sorted() {
      let namespace: Namespace
      do {
        namespace = try await client.get(Namespace.self, ObjectKey(namespace: "", name: name))
      } catch  where error.kind == .notFound {
        continue
      }
      if namespace.metadata.labels?[Self.label] == name {
        labelled.withLock { _ = $0.insert(name) }
      } else {
        result.append(name)
      }
    }
    return result
  }
}
