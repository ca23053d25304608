public import Kubernetes

/// The namespaces whose objects an operator reconciles. Objects of other namespaces belong to another operator: they
/// are neither changed nor taken for leftovers.
public struct OperatorScope: Sendable, Hashable {
  /// Nil: every namespace.
  public var namespace: String?

  public init(namespace: String? = nil) { self.namespace = namespace }

  public func includes(_ key: ObjectKey) -> Bool { namespace == nil || namespace == key.namespace }

  /// Operators with different scopes lead side by side, each under a Lease of its own. A namespace's name has at most
  /// 63 characters (RFC 1123 label), so the longest name is well below the 253 that a Lease's name may have.
  public var leaseName: String { namespace.map { "cloudlinker-operator-\($0)" } ?? "cloudlinker-operator" }
}
