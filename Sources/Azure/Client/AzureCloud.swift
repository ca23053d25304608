/// Azure's clouds. Each has a resource manager and a login of its own, and refuses the tokens of the others
/// (`InvalidAuthenticationTokenAudience`).
public enum AzureCloud: Sendable, Hashable, CaseIterable {
  case global, usGovernment, china

  /// The cloud that a region is of.
  public init(region: String) {
    let region = region.lowercased()
    if region.hasPrefix("usgov") || region.hasPrefix("usdod") {
      self = .usGovernment
    } else if region.hasPrefix("china") {
      self = .china
    } else {
      self = .global
    }
  }

  /// Nil: it is no cloud's own, but a proxy's or a simulator's.
  public init?(resourceManager: String) {
    let url = resourceManager.lowercased()
    guard
      let cloud = Self.allCases.first(where: { url == $0.resourceManager || url.hasPrefix("\($0.resourceManager)/") })
    else { return nil }
    self = cloud
  }

  /// https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure and
  /// https://learn.microsoft.com/azure/china/resources-developer-guide. It is also what tokens are asked for.
  public var resourceManager: String {
    switch self {
    case .global: "https://management.azure.com"
    case .usGovernment: "https://management.usgovcloudapi.net"
    case .china: "https://management.chinacloudapi.cn"
    }
  }

  public var authority: String {
    switch self {
    case .global: "https://login.microsoftonline.com"
    case .usGovernment: "https://login.microsoftonline.us"
    case .china: "https://login.chinacloudapi.cn"
    }
  }
}
