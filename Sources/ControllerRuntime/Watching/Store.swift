internal import Foundations
public import Kubernetes

/// The objects of one kind and scope as the API server last sent them, with indexes. Only its informer writes it.
///
/// Objects are kept as typed structs, each in a box of its own. A dictionary keeps a third of its slots empty, and
/// empty slots for whole structs took 70 % more memory at 100,000 objects. Strings that most objects share are kept
/// once.
public final class Store<Object: Resource>: Sendable {
  /// Computes the values under which an object is found in one index.
  public typealias Indexer = @Sendable (Object) -> [String]

  private final class Box: Sendable {
    let object: Object
    init(_ object: Object) { self.object = object }
  }
  private struct State {
    var objects: [ObjectKey: Box] = [:]
    var indexers: [String: Indexer]
    var indexes: [String: [String: Set<ObjectKey>]] = [:]
    var interner = Interner()
  }
  private let state: Locked<State>

  /// - Parameter indexers: indexers by the name of their index.
  public init(indexers: [String: Indexer] = [:]) { state = Locked(State(indexers: indexers)) }

  public func get(_ key: ObjectKey) -> Object? { state.withLock { $0.objects[key] }?.object }
  public var count: Int { state.withLock { $0.objects.count } }
  public var all: [Object] { state.withLock { Array($0.objects.values) }.map(\.object) }
  public var keys: [ObjectKey] { state.withLock { Array($0.objects.keys) } }

  /// The objects that `index` files under `value`.
  public func indexed(_ index: String, _ value: String) -> [Object] {
    let boxes = state.withLock { state in
      (state.indexes[index]?[value] ?? []).compactMap { state.objects[$0] }
    }
    return boxes.map(\.object)
  }

  /// The keys that `index` files under `value`; cheaper than the objects.
  public func indexedKeys(_ index: String, _ value: String) -> [ObjectKey] {
    state.withLock { Array($0.indexes[index]?[value] ?? []) }
  }

  /// How many objects `index` files under `value`.
  public func indexedCount(_ index: String, _ value: String) -> Int {
    state.withLock { $0.indexes[index]?[value]?.count ?? 0 }
  }

  /// Adds an index, including the objects that are present. An existing index of that name stays as it is.
  public func addIndex(_ name: String, _ indexer: @escaping Indexer) {
    state.withLock { state in
      guard state.indexers[name] == nil else { return }
      state.indexers[name] = indexer
      for (key, box) in state.objects {
        for value in indexer(box.object) { state.indexes[name, default: [:]][value, default: []].insert(key) }
      }
    }
  }

  /// Stores an object.
  /// - Returns: nil if nothing changed.
  func put(_ object: Object, isInitial: Bool = false) -> Change<Object>? {
    state.withLock { state in
      var object = object
      state.interner.intern(&object.metadata)
      let key = object.key
      let old = state.objects[key]?.object
      if let old, old.metadata.resourceVersion == object.metadata.resourceVersion, old == object { return nil }
      Self.unfile(old, key, &state)
      state.objects[key] = Box(object)
      Self.file(object, key, &state)
      return Change(old: old, new: object, isInitial: isInitial)
    }
  }

  func remove(_ key: ObjectKey) -> Change<Object>? {
    state.withLock { state in
      guard let old = state.objects.removeValue(forKey: key)?.object else { return nil }
      Self.unfile(old, key, &state)
      return Change(old: old, new: nil)
    }
  }

  /// Removes every object that a complete list did not name.
  func retain(_ keys: Set<ObjectKey>) -> [Change<Object>] {
    let vanished = state.withLock { state in state.objects.keys.filter { !keys.contains($0) } }
    return vanished.compactMap(remove)
  }

  private static func file(_ object: Object, _ key: ObjectKey, _ state: inout State) {
    for (index, indexer) in state.indexers {
      for value in indexer(object) { state.indexes[index, default: [:]][value, default: []].insert(key) }
    }
  }

  private static func unfile(_ object: Object?, _ key: ObjectKey, _ state: inout State) {
    guard let object else { return }
    for (index, indexer) in state.indexers {
      for value in indexer(object) {
        state.indexes[index]?[value]?.remove(key)
        if state.indexes[index]?[value]?.isEmpty == true { state.indexes[index]?[value] = nil }
      }
    }
  }
}
