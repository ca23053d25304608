/// v1 Namespace; only its metadata is read.
public struct Namespace: Resource {
  public static let resourceType = ResourceType(
    group: "",
    version: "v1",
    kind: "Namespace",
    plural: "namespaces",
    isNamespaced: false
  )
  public var metadata: ObjectMeta
  public init(metadata: ObjectMeta) { self.metadata = metadata }
}
