/// v1 Secret.
public struct Secret: CompleteResource {
  public static let resourceType = ResourceType(group: "", version: "v1", kind: "Secret", plural: "secrets")
  public var metadata: ObjectMeta
  public var type: String?
  /// Values in base64, as in the API.
  public var data: [String: String]?
  public var immutable: Bool?
  public init(metadata: ObjectMeta, type: String? = nil, data: [String: String]? = nil) {
    self.metadata = metadata
    self.type = type
    self.data = data
  }
}
