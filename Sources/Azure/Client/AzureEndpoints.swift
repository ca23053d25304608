/// Where a cloud's services are; each may be set to another place: a sovereign cloud, a simulator, a proxy.
public struct AzureEndpoints: Sendable, Hashable {
  public var resourceManager: String
  /// Where tokens come from; `AZURE_AUTHORITY_HOST` where that is set.
  public var authority: String
  /// What tokens are for. It stays that of the cloud when `resourceManager` is a proxy.
  public var audience: String
  /// The instance metadata service.
  public var metadata: String

  public init(
    resourceManager: String = "https://management.azure.com",
    authority: String = "https://login.microsoftonline.com",
    audience: String = "https://management.azure.com",
    metadata: String = "http://169.254.169.254"
  ) {
    self.resourceManager = Self.withoutSlash(resourceManager)
    self.authority = Self.withoutSlash(authority)
    self.audience = Self.withoutSlash(audience)
    self.metadata = Self.withoutSlash(metadata)
  }

  private static func withoutSlash(_ url: String) -> String { url.hasSuffix("/") ? String(url.dropLast()) : url }
}
