public import Kubernetes

/// Decides which changes wake a controller.
public struct Predicate<Object: Resource>: Sendable {
  private let body: @Sendable (Change<Object>) -> Bool
  public init(_ body: @escaping @Sendable (Change<Object>) -> Bool) { self.body = body }
  public func accepts(_ change: Change<Object>) -> Bool { body(change) }

  public static var any: Predicate { Predicate { _ in true } }

  /// Passes changes of the spec. Status writes do not count, because they leave `generation` alone. Kinds without
  /// generation (Secrets, ConfigMaps, Services) need another predicate.
  public static var generationChanged: Predicate { changed(\.generation) }
  public static var annotationsChanged: Predicate { changed(\.annotations) }
  public static var labelsChanged: Predicate { changed(\.labels) }
  public static var finalizersChanged: Predicate { changed(\.finalizers) }
  /// Passes the beginning of a deletion. Its end passes every predicate.
  public static var deletionBegan: Predicate { changed(\.deletionTimestamp) }

  /// Passes changes of anything but the status: the usual predicate for the kind that a controller reconciles.
  public static var specOrMetadataChanged: Predicate {
    generationChanged || annotationsChanged || labelsChanged || finalizersChanged || deletionBegan
  }

  /// Passes changes with the label, and this value unless nil, on either side.
  public static func labelled(_ label: String, _ value: String? = nil) -> Predicate {
    Predicate { change in
      change.sides.contains { side in
        guard let present = side.metadata.labels?[label] else { return false }
        return value == nil || value == present
      }
    }
  }

  /// Passes changes of this part of the metadata. Added, deleted and replaced objects always pass.
  public static func changed<Value: Equatable & Sendable>(
    _ part: @escaping @Sendable (ObjectMeta) -> Value
  ) -> Predicate {
    Predicate { change in
      guard let old = change.old, let new = change.new, old.metadata.uid == new.metadata.uid else { return true }
      return part(old.metadata) != part(new.metadata)
    }
  }

  public static func || (left: Predicate, right: Predicate) -> Predicate {
    Predicate { left.accepts($0) || right.accepts($0) }
  }
  public static func && (left: Predicate, right: Predicate) -> Predicate {
    Predicate { left.accepts($0) && right.accepts($0) }
  }
  public static prefix func ! (predicate: Predicate) -> Predicate { Predicate { !predicate.accepts($0) } }
}
