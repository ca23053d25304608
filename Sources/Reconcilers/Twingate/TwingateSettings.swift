/// Settings for Twingate that the operator's owner chooses.
public struct TwingateSettings: Sendable {
  /// Images that connectors may have.
  public var allowedImages: ImageAllowList
  /// Another base URL for everything at `twingate.com`, for a simulator; nil: Twingate itself.
  public var endpoint: String?

  public init(allowedImages: ImageAllowList = TwingateSettings.vendorImages, endpoint: String? = nil) {
    self.allowedImages = allowedImages
    self.endpoint = endpoint
  }

  /// The images that Twingate publishes.
  public static let vendorImages = ImageAllowList(["twingate/connector", "docker.io/twingate/connector"])
}
