internal import Digests
internal import Kubernetes

/// Derives a ConfigMap from another. It is a pure function, so tests need no server.
enum Digest {
  static let selector = "app.kubernetes.io/managed-by=example-operator"

  static func key(of source: ObjectKey) -> ObjectKey {
    ObjectKey(namespace: source.namespace, name: "\(source.name)-digest")
  }

  /// The fields that the operator owns, and no others.
  static func of(_ source: ConfigMap) -> ConfigMap {
    let key = key(of: source.key)
    var digest = ConfigMap(metadata: ObjectMeta(name: key.name, namespace: key.namespace))
    digest.metadata.labels = ["app.kubernetes.io/managed-by": "example-operator"]
    digest.metadata.ownerReferences = [
      OwnerReference(
        apiVersion: ConfigMap.resourceType.apiVersion,
        kind: ConfigMap.resourceType.kind,
        name: source.key.name,
        uid: source.metadata.uid ?? "",
        controller: true
      )
    ]
    let lines = (source.data ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }
    digest.data = ["sha256": SHA256.text(lines.joined())]
    return digest
  }
}
