/// v1 Secret. `data` is base64 on the wire, as the API has it.
public struct Secret: CompleteResource {
  public static let resourceType = ResourceType(group: "", version: "v1", kind: "Secret", plural: "secrets")
  public var metadata: ObjectMeta
  public var type: String?
  /// Values as the API carries them: base64.
  public var data: [String: String]?
  public var immutable: Bool?
  public init(metadata: ObjectMeta, type: String? = nil, data: [String: String]? = nil) {
    self.metadata = metadata
    self.type = type
    self.data = data
  }
}
