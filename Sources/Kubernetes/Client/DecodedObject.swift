internal import FoundationEssentials

/// An object of a list or a watch event; or, if its type cannot hold it, enough to name it. One pass: the decoder is
/// asked again only after it failed.
enum DecodedObject<Object: Resource>: Decodable {
  case object(Object)
  case undecodable(UndecodableObject)

  /// As much as every object has.
  private struct Identity: Decodable {
    struct Metadata: Decodable {
      var name: String
      var namespace: String?
      var uid: String?
      var resourceVersion: String?
    }
    var metadata: Metadata
  }

  /// - Throws: for what has no name: nobody could say whether it is still there.
  init(from decoder: any Decoder) throws {
    do {
      self = .object(try Object(from: decoder))
    } catch {
      guard let metadata = try? Identity(from: decoder).metadata, !metadata.name.isEmpty else { throw error }
      self = .undecodable(
        UndecodableObject(
          key: ObjectKey(namespace: metadata.namespace ?? "", name: metadata.name),
          uid: metadata.uid,
          resourceVersion: metadata.resourceVersion ?? "",
          reason: Self.reason(error, at: decoder.codingPath)
        )
      )
    }
  }

  /// `spec.ports.Index 0 has no name`: the path begins at the object, wherever in a list it stood.
  private static func reason(_ error: any Error, at path: [any CodingKey]) -> String {
    let words = KubernetesError.words(error)
    let prefix = path.map(\.stringValue).joined(separator: ".")
    guard !prefix.isEmpty, words.hasPrefix(prefix) else { return words }
    let rest = words.dropFirst(prefix.count)
    return rest.hasPrefix(".") ? String(rest.dropFirst()) : "the object\(rest)"
  }
}

/// A list as it comes over the wire.
struct ObjectList<Object: Resource>: Decodable {
  struct Metadata: Decodable {
    var resourceVersion: String?
    var `continue`: String?
  }
  private enum Key: String, CodingKey {
    case metadata, items
  }
  let metadata: Metadata
  private(set) var items: [Object] = []
  private(set) var undecodable: [UndecodableObject] = []

  /// - Throws: for what is no list. A Status, for example, has metadata but no items, and must not count as an empty
  ///   list: everything in a cache would seem to be deleted.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    metadata = try container.decode(Metadata.self, forKey: .metadata)
    // Go writes an empty list of items as null.
    guard !(try container.decodeNil(forKey: .items)) else { return }
    var elements = try container.nestedUnkeyedContainer(forKey: .items)
    if let count = elements.count { items.reserveCapacity(count) }
    while !elements.isAtEnd {
      switch try elements.decode(DecodedObject<Object>.self) {
      case .object(let object): items.append(object)
      case .undecodable(let object): undecodable.append(object)
      }
    }
  }
}
