/// v1 ConfigMap.
public struct ConfigMap: CompleteResource {
  public static let resourceType = ResourceType(group: "", version: "v1", kind: "ConfigMap", plural: "configmaps")
  public var metadata: ObjectMeta
  public var data: [String: String]?
  /// Values that are not UTF-8, in base64.
  public var binaryData: [String: String]?
  public var immutable: Bool?
  public init(metadata: ObjectMeta, data: [String: String]? = nil) {
    self.metadata = metadata
    self.data = data
  }
}
