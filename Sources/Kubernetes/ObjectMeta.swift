public import Foundations

/// metav1.ObjectMeta without `managedFields`, which no controller here reads and which would double every cache.
public struct ObjectMeta: Codable, Sendable, Hashable {
  public var name: String?
  public var generateName: String?
  public var namespace: String?
  public var uid: String?
  public var resourceVersion: String?
  public var generation: Int64?
  public var creationTimestamp: Timestamp?
  public var deletionTimestamp: Timestamp?
  public var labels: [String: String]?
  public var annotations: [String: String]?
  public var finalizers: [String]?
  public var ownerReferences: [OwnerReference]?

  public init(
    name: String? = nil,
    namespace: String? = nil,
    labels: [String: String]? = nil,
    annotations: [String: String]? = nil
  ) {
    self.name = name
    self.namespace = namespace
    self.labels = labels
    self.annotations = annotations
  }
}

/// metav1.OwnerReference. Valid only within a namespace: an owner in another namespace counts as absent.
public struct OwnerReference: Codable, Sendable, Hashable {
  public var apiVersion: String
  public var kind: String
  public var name: String
  public var uid: String
  public var controller: Bool?
  public var blockOwnerDeletion: Bool?
  public init(
    apiVersion: String,
    kind: String,
    name: String,
    uid: String,
    controller: Bool? = nil,
    blockOwnerDeletion: Bool? = nil
  ) {
    self.apiVersion = apiVersion
    self.kind = kind
    self.name = name
    self.uid = uid
    self.controller = controller
    self.blockOwnerDeletion = blockOwnerDeletion
  }
}

/// Identifies an object of a kind. Cluster-scoped objects have an empty namespace.
public struct ObjectKey: Sendable, Hashable, Comparable, CustomStringConvertible {
  public var namespace: String
  public var name: String
  public init(namespace: String = "", name: String) {
    self.namespace = namespace
    self.name = name
  }
  public var description: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }
  public static func < (left: ObjectKey, right: ObjectKey) -> Bool {
    (left.namespace, left.name) < (right.namespace, right.name)
  }
}
