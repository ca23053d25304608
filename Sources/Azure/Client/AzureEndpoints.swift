/// The addresses of a cloud's services. Each may be replaced: by another cloud, a simulator, a proxy.
///
///     resource manager       audience and authority
///     not given              those of the region's cloud
///     a cloud's own          those of that cloud
///     any other              those of the region's cloud, because a proxy passes the tokens on
public struct AzureEndpoints: Sendable, Hashable {
  public var resourceManager: String
  /// The authority that issues tokens; `AZURE_AUTHORITY_HOST` if that is set.
  public var authority: String
  /// The audience of tokens.
  public var audience: String
  /// The instance metadata service.
  public var metadata: String

  /// - Parameters: each replaces the value that follows from the region and the resource manager.
  public init(
    region: String = "",
    resourceManager: String? = nil,
    authority: String? = nil,
    audience: String? = nil,
    metadata: String = "http://169.254.169.254"
  ) {
    let cloud = resourceManager.flatMap { AzureCloud(resourceManager: $0) } ?? AzureCloud(region: region)
    self.resourceManager = Self.withoutSlash(resourceManager ?? cloud.resourceManager)
    self.authority = Self.withoutSlash(authority ?? cloud.authority)
    self.audience = Self.withoutSlash(audience ?? cloud.resourceManager)
    self.metadata = Self.withoutSlash(metadata)
  }

  private static func withoutSlash(_ url: String) -> String { url.hasSuffix("/") ? String(url.dropLast()) : url }
}
