public import Foundations
public import Kubernetes

/// The thing that a controller is asked to look at: nearly always an object's key. A controller that spans clusters, or
/// looks after something that is no object, brings its own type.
public protocol ReconcileRequest: Hashable, Sendable {
  /// The fields that identify it in every log line of its reconcile.
  var logFields: KeyValuePairs<String, Logger.Value> { get }
  /// Groups share a controller's workers fairly: they take turns, and none holds all workers. "" (the default): it
  /// belongs to no group and has no limit.
  var fairnessGroup: String { get }
}

extension ReconcileRequest {
  public var fairnessGroup: String { "" }
}

/// The group of an object is its namespace: one slow tenant does not hold up the others.
extension ObjectKey: ReconcileRequest {
  public var logFields: KeyValuePairs<String, Logger.Value> {
    ["namespace": .string(namespace), "name": .string(name)]
  }
  public var fairnessGroup: String { namespace }
}
