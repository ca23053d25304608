/// An object of which only the metadata is fetched: the server sends PartialObjectMetadata (API concepts, "Metadata-only
/// fetches"). For kinds whose content is nobody's business, Secrets above all.
public struct PartialMetadata<Object: Resource>: Resource {
  public static var resourceType: ResourceType { Object.resourceType }
  public var metadata: ObjectMeta
  public init(metadata: ObjectMeta) { self.metadata = metadata }
}

/// How a type wants to be sent.
protocol PartiallyFetched {}
extension PartialMetadata: PartiallyFetched {}

extension Resource {
  static var accept: String {
    isPartial ? "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1" : "application/json"
  }
  static var acceptList: String {
    isPartial ? "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1" : "application/json"
  }
  static var acceptWatch: String { accept }
  private static var isPartial: Bool { Self.self is any PartiallyFetched.Type }
}
