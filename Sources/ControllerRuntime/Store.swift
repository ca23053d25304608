internal import Foundations
public import Kubernetes

/// What became of one object: absent before (added), absent now (deleted), or changed.
public struct Change<Object: Resource>: Sendable {
  public var old: Object?
  public var new: Object?
  /// It came with a list, not as news: of lower priority than what a user just did.
  public var isInitial: Bool

  /// The object as it is, or as it last was.
  public var object: Object? { new ?? old }
  /// Both sides, so that a re-pointed reference is seen at both ends.
  public var sides: [Object] { [old, new].compactMap { $0 } }
}

/// The objects of one kind and scope as the API server last told, with indexes. Written by its reflector alone.
public final class Store<Object: Resource>: Sendable {
  /// Computes the values under which an object is found in one index.
  public typealias Indexer = @Sendable (Object) -> [String]

  private struct State {
    var objects: [ObjectKey: Object] = [:]
    var indexes: [String: [String: Set<ObjectKey>]] = [:]
  }
  private let indexers: [String: Indexer]
  private let state = Locked(State())

  /// - Parameter indexers: by the name of the index.
  public init(indexers: [String: Indexer] = [:]) { self.indexers = indexers }

  public func get(_ key: ObjectKey) -> Object? { state.withLock { $0.objects[key] } }
  public var count: Int { state.withLock { $0.objects.count } }
  public var all: [Object] { state.withLock { Array($0.objects.values) } }

  /// The objects that `index` files under `value`.
  public func indexed(_ index: String, _ value: String) -> [Object] {
    state.withLock { state in
      (state.indexes[index]?[value] ?? []).compactMap { state.objects[$0] }
    }
  }

  /// The keys that `index` files under `value`; cheaper than the objects.
  public func indexedKeys(_ index: String, _ value: String) -> [ObjectKey] {
    state.withLock { Array($0.indexes[index]?[value] ?? []) }
  }

  /// Puts one object in, or back.
  /// - Returns: nil when nothing changed.
  func put(_ object: Object, isInitial: Bool = false) -> Change<Object>? {
    state.withLock { state in
      let old = state.objects[object.key]
      if let old, old.metadata.resourceVersion == object.metadata.resourceVersion, old == object { return nil }
      unfile(old, &state)
      state.objects[object.key] = object
      file(object, &state)
      return Change(old: old, new: object, isInitial: isInitial)
    }
  }

  func remove(_ key: ObjectKey) -> Change<Object>? {
    state.withLock { state in
      guard let old = state.objects.removeValue(forKey: key) else { return nil }
      unfile(old, &state)
      return Change(old: old, new: nil, isInitial: false)
    }
  }

  /// Everything that a complete list did not name is gone.
  func retain(_ keys: Set<ObjectKey>) -> [Change<Object>] {
    let vanished = state.withLock { state in state.objects.keys.filter { !keys.contains($0) } }
    return vanished.compactMap(remove)
  }

  private func file(_ object: Object, _ state: inout State) {
    for (index, indexer) in indexers {
      for value in indexer(object) { state.indexes[index, default: [:]][value, default: []].insert(object.key) }
    }
  }

  private func unfile(_ object: Object?, _ state: inout State) {
    guard let object else { return }
    for (index, indexer) in indexers {
      for value in indexer(object) {
        state.indexes[index]?[value]?.remove(object.key)
        if state.indexes[index]?[value]?.isEmpty == true { state.indexes[index]?[value] = nil }
      }
    }
  }
}
