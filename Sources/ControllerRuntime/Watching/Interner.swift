internal import Kubernetes

/// Keeps one copy of each string that many objects of a store share: namespaces, label keys, owners' kinds. A decoder
/// creates a new one for every object.
struct Interner {
  /// If there are more different strings than this, they hardly repeat, and the table is cleared.
  static let capacity = 20_000
  /// Shorter strings are stored inside their variable and cost nothing.
  static let inlineLength = 15

  private var strings: Set<String> = []

  mutating func intern(_ text: String) -> String {
    guard text.utf8.count > Self.inlineLength else { return text }
    let (isNew, known) = strings.insert(text)
    guard isNew else { return known }
    if strings.count > Self.capacity { strings = [] }
    return text
  }

  mutating func intern(_ metadata: inout ObjectMeta) {
    metadata.namespace = metadata.namespace.map { intern($0) }
    metadata.labels = metadata.labels.map { intern($0) }
    metadata.annotations = metadata.annotations.map { annotations in
      var copy: [String: String] = Dictionary(minimumCapacity: annotations.count)
      for (key, value) in annotations { copy[intern(key)] = value }
      return copy
    }
    metadata.finalizers = metadata.finalizers.map { $0.map { intern($0) } }
    guard let owners = metadata.ownerReferences else { return }
    metadata.ownerReferences = owners.map { owner in
      var owner = owner
      owner.apiVersion = intern(owner.apiVersion)
      owner.name = intern(owner.name)
      owner.uid = intern(owner.uid)
      return owner
    }
  }

  private mutating func intern(_ map: [String: String]) -> [String: String] {
    var copy: [String: String] = Dictionary(minimumCapacity: map.count)
    for (key, value) in map { copy[intern(key)] = intern(value) }
    return copy
  }
}
