public import Kubernetes

/// Server-side apply that writes nothing when nothing differs.
///
/// Two questions decide. Do *we* want something else than last time, a field removed included? A hash of what was last
/// applied, in an annotation of the object, tells. Did *somebody else* change what we want? `SubsetComparison` of the
/// desired with the live object tells. What is written only and never shown (`stringData`) is covered by the hash alone.
public struct Applier: Sendable {
  public enum Outcome: Sendable, Equatable {
    case unchanged
    case created
    /// - Parameter fields: where the live object differed from what was last applied and is desired still: drift,
    ///   changed by others. Empty when only the desired state is new.
    case updated(drift: [String])
  }

  private let client: any KubernetesAPI
  private let fieldManager: String
  private let annotation: String
  private let comparison: SubsetComparison

  /// - Parameters:
  ///   - fieldManager: one for each controller, the same for ever: fields that are no longer applied are removed by it.
  ///   - annotation: holds the hash, such as `example.com/applied-hash`.
  public init(
    client: any KubernetesAPI,
    fieldManager: String,
    annotation: String,
    mergeKeys: MergeKeys = .builtIn
  ) {
    self.client = client
    self.fieldManager = fieldManager
    self.annotation = annotation
    comparison = SubsetComparison(mergeKeys: mergeKeys)
  }

  /// Makes the live object what is desired.
  /// - Parameters:
  ///   - desired: all fields that are ours, and no others.
  ///   - live: the object as a cache or a read has it; nil: there is none.
  /// - Returns: what was done, and the object as it is now.
  public func apply<Object: Resource>(
    _ desired: Object,
    live: Object?
  ) async throws(KubernetesError) -> (outcome: Outcome, object: Object) {
    let stamped = try stamp(desired)
    if let live {
      let plan = try plan(stamped, live: live)
      guard plan != .unchanged else { return (.unchanged, live) }
      return (plan, try await client.apply(stamped, fieldManager: fieldManager, force: true))
    }
    return (.created, try await client.apply(stamped, fieldManager: fieldManager, force: true))
  }

  /// What `apply` would do.
  public func plan<Object: Resource>(_ desired: Object, live: Object?) throws(KubernetesError) -> Outcome {
    guard let live else { return .created }
    let desired = try stamp(desired)
    let isAsked = live.metadata.annotations?[annotation] != desired.metadata.annotations?[annotation]
    if isAsked { return .updated(drift: []) }
    let differences = try comparison.differences(desired: tree(desired), live: tree(live))
    return differences.isEmpty ? .unchanged : .updated(drift: differences)
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
