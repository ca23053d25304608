/// An object of which only the metadata is fetched: the server sends PartialObjectMetadata (API concepts,
/// "Metadata-only fetches"). For kinds whose content the program must not hold, Secrets above all.
public struct PartialMetadata<Object: Resource>: Resource {
  public static var resourceType: ResourceType { Object.resourceType }
  public var metadata: ObjectMeta
  public init(metadata: ObjectMeta) { self.metadata = metadata }
}

/// A type that asks for a media type of its own.
protocol PartiallyFetched {}
extension PartialMetadata: PartiallyFetched {}

extension Resource {
  /// For single objects, and for those of a watch.
  static var accept: String { accept(as: "PartialObjectMetadata") }
  static var acceptList: String { accept(as: "PartialObjectMetadataList") }

  /// A server that cannot reduce an object may send all of it. Only the metadata is decoded.
  private static func accept(as kind: String) -> String {
    guard Self.self is any PartiallyFetched.Type else { return "application/json" }
    return "application/json;as=\(kind);g=meta.k8s.io;v=v1,application/json"
  }
}
