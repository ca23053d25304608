public import Foundations
public import Kubernetes

/// What a controller is asked to look at. Nearly always an object's key; a controller that spans clusters, or looks after
/// something that is no object, brings its own.
public protocol ReconcileRequest: Hashable, Sendable {
  /// What the logger of a reconcile says of it.
  var logFields: KeyValuePairs<String, Logger.Value> { get }
}

extension ObjectKey: ReconcileRequest {
  public var logFields: KeyValuePairs<String, Logger.Value> {
    ["namespace": .string(namespace), "name": .string(name)]
  }
}
