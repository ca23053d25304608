import Kubernetes

/// The plainest kind that every server knows.
struct ConfigMap: Resource {
  static let resourceType = ResourceType(group: "", version: "v1", kind: "ConfigMap", plural: "configmaps")
  var metadata: ObjectMeta
  var data: [String: String]?

  init(_ name: String, namespace: String = "team", version: String? = nil, data: [String: String]? = nil) {
    metadata = ObjectMeta(name: name, namespace: namespace)
    metadata.resourceVersion = version
    self.data = data
  }
}

func key(_ name: String) -> ObjectKey { ObjectKey(namespace: "team", name: name) }
