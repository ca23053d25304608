internal import FoundationEssentials

/// An object of a list or a watch event; if its type cannot decode it, enough to name it. One pass: the decoder is used
/// a second time only after a failure.
enum DecodedObject<Object: Resource>: Decodable {
  case object(Object)
  case undecodable(UndecodableObject)

  /// The fields that every object has.
  private struct Identity: Decodable {
    struct Metadata: Decodable {
      var name: String
      var namespace: String?
      var uid: String?
      var resourceVersion: String?
    }
    var metadata: Metadata
  }

  /// - Throws: if the object has no name, because then nobody could say whether it still exists.
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

  /// `spec.ports.Index 0 has no name`: the path begins at the object, wherever it was in a list.
  private static func reason(_ error: any Error, at path: [any CodingKey]) -> String {
    let words = KubernetesError.words(error)
    let prefix = path.map(\.stringValue).joined(separator: ".")
    guard !prefix.isEmpty, words.hasPrefix(prefix) else { return words }
    let rest = words.dropFirst(prefix.count)
    return rest.hasPrefix(".") ? String(rest.dropFirst()) : "the object\(rest)"
  }
}

/// A list in its JSON form.
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

  /// - Throws: if this is not a list. A Status, for example, has metadata but no items, and must not count as an empty
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
