internal import Foundations
public import Kubernetes

/// Decides whether an object needs to be applied, without I/O.
///
/// Two questions decide. Does the controller want something other than last time, such as one field less? The hash of
/// what was last applied, in an annotation of the object, tells. Did someone else change what the controller wants?
/// `SubsetComparison` of the desired and the live object tells. Fields that can be written but not read (`stringData`)
/// are covered by the hash alone.
public struct ApplyPlanner: Sendable {
  public enum Outcome: Sendable, Equatable {
    case unchanged
    case created
    /// - Parameter fields: fields in which the live object differs from what was last applied and is still desired:
    ///   drift, caused by others. Empty if only the desired state is new.
    case updated(drift: [String])
  }

  private let annotation: String
  private let comparison: SubsetComparison

  /// - Parameter annotation: the annotation for the hash, such as `example.com/applied-hash`.
  public init(annotation: String, mergeKeys: MergeKeys = .builtIn) {
    self.annotation = annotation
    comparison = SubsetComparison(mergeKeys: mergeKeys)
  }

  /// - Parameters:
  ///   - desired: all fields that this controller owns, and no others.
  ///   - live: the object from a cache or a read; nil if it does not exist.
  public func plan<Object: Resource>(_ desired: Object, live: Object?) throws(KubernetesError) -> Outcome {
    var compared = ComparedObjects()
    return try plan(desired, live: live, &compared)
  }

  /// - Parameter compared: the results of earlier plans, to which this plan's result is added.
  public func plan<Object: Resource>(
    _ desired: Object,
    live: Object?,
    _ compared: inout ComparedObjects
  ) throws(KubernetesError) -> Outcome {
    guard let live else { return .created }
    let desired = try stamp(desired)
    let hash = desired.metadata.annotations?[annotation]
    if live.metadata.annotations?[annotation] != hash { return .updated(drift: []) }
    if compared.holds(live, hash) { return .unchanged }
    let differences = try comparison.differences(desired: tree(desired), live: tree(live))
    guard differences.isEmpty else { return .updated(drift: differences) }
    compared.note(live, hash)
    return .unchanged
  }

  /// `object` with the hash of its own content in its annotation.
  public func stamp<Object: Resource>(_ object: Object) throws(KubernetesError) -> Object {
    var object = object
    object.metadata.annotations?[annotation] = nil
    if object.metadata.annotations?.isEmpty == true { object.metadata.annotations = nil }
    let hash = JSONTree.digest(try JSONTree.bytes(object))
    object.metadata.annotations = (object.metadata.annotations ?? [:]).merging([annotation: hash]) { _, new in new }
    return object
  }

  private func tree<Object: Resource>(_ object: Object) throws(KubernetesError) -> JSONValue {
    guard case .object(var members) = try JSONTree.tree(object) else { return .null }
    members["stringData"] = nil
    return .object(members)
  }
}
