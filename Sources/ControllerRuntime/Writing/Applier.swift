public import Kubernetes

/// Server-side apply that writes nothing if nothing differs: see `ApplyPlanner`.
public struct Applier: Sendable {
  private let client: any KubernetesAPI
  private let fieldManager: String
  private let planner: ApplyPlanner

  /// - Parameters:
  ///   - fieldManager: one for each controller, which must never change: the server removes fields that it no longer
  ///     applies.
  ///   - annotation: the annotation for the hash, such as `example.com/applied-hash`.
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

  /// Makes the live object agree with the desired one.
  /// - Parameters:
  ///   - desired: all fields that this controller owns, and no others.
  ///   - live: the object from a cache or a read; nil if it does not exist.
  /// - Returns: what was done, and the resulting object.
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
