public import Kubernetes

/// Server-side apply that writes nothing when nothing differs: see `ApplyPlanner`.
public struct Applier: Sendable {
  private let client: any KubernetesAPI
  private let fieldManager: String
  private let planner: ApplyPlanner

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
    planner = ApplyPlanner(annotation: annotation, mergeKeys: mergeKeys)
  }

  /// Makes the live object what is desired.
  /// - Parameters:
  ///   - desired: all fields that are ours, and no others.
  ///   - live: the object as a cache or a read has it; nil: there is none.
  /// - Returns: what was done, and the object as it is now.
  public func apply<Object: Resource>(
    _ desired: Object,
    live: Object?
  ) async throws(KubernetesError) -> (outcome: ApplyPlanner.Outcome, object: Object) {
    let stamped = try planner.stamp(desired)
    let outcome = try planner.plan(stamped, live: live)
    if let live, outcome == .unchanged { return (.unchanged, live) }
    return (outcome, try await client.apply(stamped, fieldManager: fieldManager, force: true))
  }
}
