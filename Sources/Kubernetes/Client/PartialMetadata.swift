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
  /// Of one object, and of a watch's.
  static var accept: String { accept(as: "PartialObjectMetadata") }
  static var acceptList: String { accept(as: "PartialObjectMetadataList") }

  /// A server that cannot reduce an object may send it whole: only the metadata is decoded.
  private static func accept(as kind: String) -> String {
    guard Self.self is any PartiallyFetched.Type else { return "application/json" }
    return "application/json;as=\(kind);g=meta.k8s.io;v=v1,application/json"
  }
}
