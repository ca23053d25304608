extension Container {
  /// v1 EnvVar.
  public struct EnvironmentVariable: Codable, Sendable, Hashable {
    public var name: String
    public var value: String?
    public var valueFrom: ValueFrom?
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
    /// The value of one of the pod's own fields, for example `status.podIP`.
    public init(name: String, fieldPath: String) {
      self.name = name
      valueFrom = ValueFrom(fieldRef: FieldReference(fieldPath: fieldPath))
    }
    /// The value of a key of a Secret in the pod's namespace.
    public init(name: String, secret: String, key: String) {
      self.name = name
      valueFrom = ValueFrom(secretKeyRef: KeyReference(name: secret, key: key))
    }

    /// One of several sources. A source that is not listed here is read as none.
    public struct ValueFrom: Codable, Sendable, Hashable {
      public var fieldRef: FieldReference?
      public var secretKeyRef: KeyReference?
      public var configMapKeyRef: KeyReference?
    }
    public struct FieldReference: Codable, Sendable, Hashable {
      public var fieldPath: String
    }
    /// A key of a Secret or ConfigMap of the pod's namespace.
    public struct KeyReference: Codable, Sendable, Hashable {
      public var name: String?
      public var key: String
      public var optional: Bool?
    }
  }
}
