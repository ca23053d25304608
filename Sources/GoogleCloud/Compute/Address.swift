/// https://cloud.google.com/compute/docs/reference/rest/v1/addresses
public struct Address: ComputeResource {
  public static let collection = ComputeCollection.addresses
  public var name: String
  public var description: String?
  public var address: String?
  /// EXTERNAL or INTERNAL.
  public var addressType: String?
  /// RESERVING, RESERVED or IN_USE.
  public var status: String?
  /// Set by `setLabels` only.
  public var labels: [String: String]?
  public var labelFingerprint: String?
  public var id: String?
  public init(name: String, description: String? = nil) {
    self.name = name
    self.description = description
  }
}
