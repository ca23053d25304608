internal import Foundations
public import Kubernetes

/// Decides whether an object needs to be applied. No I/O.
///
/// Two questions decide. Do *we* want something else than last time, a field removed included? A hash of what was last
/// applied, in an annotation of the object, tells. Did *somebody else* change what we want? `SubsetComparison` of the
/// desired with the live object tells. What is written only and never shown (`stringData`) is covered by the hash alone.
public struct ApplyPlanner: Sendable {
  public enum Outcome: Sendable, Equatable {
    case unchanged
    case created
    /// - Parameter fields: where the live object differed from what was last applied and is desired still: drift,
    ///   changed by others. Empty when only the desired state is new.
    case updated(drift: [String])
  }

  private let annotation: String
  private let comparison: SubsetComparison

  /// - Parameter annotation: holds the hash, such as `example.com/applied-hash`.
  public init(annotation: String, mergeKeys: MergeKeys = .builtIn) {
    self.annotation = annotation
    comparison = SubsetComparison(mergeKeys: mergeKeys)
  }

  /// - Parameters:
  ///   - desired: all fields that are ours, and no others.
  ///   - live: the object as a cache or a read has it; nil: there is none.
  public func plan<Object: Resource>(_ desired: Object, live: Object?) throws(KubernetesError) -> Outcome {
    var compared = ComparedObjects()
    return try plan(desired, live: live, &compared)
  }

  /// - Parameter compared: what earlier plans have found; this one's finding is added.
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

  /// `object` with the hash of its own content.
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
