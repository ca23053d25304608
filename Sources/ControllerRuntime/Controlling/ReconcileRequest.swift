public import Foundations
public import Kubernetes

/// The subject of a reconcile, nearly always an object's key. A controller that spans clusters, or maintains something
/// that is not an object, brings its own type.
public protocol ReconcileRequest: Hashable, Sendable {
  /// The fields that identify the request in every log line of its reconcile.
  var logFields: KeyValuePairs<String, Logger.Value> { get }
  /// Groups share a controller's workers fairly: they take turns, and none holds all workers. "" (the default) means
  /// that the request belongs to no group and has no limit.
  var fairnessGroup: String { get }
}

extension ReconcileRequest {
  public var fairnessGroup: String { "" }
}

/// The group of an object is its namespace, so that one slow tenant does not hold up the others.
extension ObjectKey: ReconcileRequest {
  public var logFields: KeyValuePairs<String, Logger.Value> {
    ["namespace": .string(namespace), "name": .string(name)]
  }
  public var fairnessGroup: String { namespace }
}
