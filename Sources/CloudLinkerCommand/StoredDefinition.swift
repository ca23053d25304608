internal import Kubernetes

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
