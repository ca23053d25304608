/// Where a cloud's services are; each may be set to another place: another cloud, a simulator, a proxy.
///
///     resource manager       audience and authority
///     not given              of the region's cloud
///     a cloud's own          of that cloud
///     any other              of the region's cloud: a proxy hands the tokens on
public struct AzureEndpoints: Sendable, Hashable {
  public var resourceManager: String
  /// Where tokens come from; `AZURE_AUTHORITY_HOST` where that is set.
  public var authority: String
  /// What tokens are for.
  public var audience: String
  /// The instance metadata service.
  public var metadata: String

  /// - Parameters: what is given takes the place of what follows from the region and the resource manager.
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
