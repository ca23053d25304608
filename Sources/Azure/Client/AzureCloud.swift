/// Azure's clouds. Each has a resource manager and a login of its own, and refuses the tokens of the others
/// (`InvalidAuthenticationTokenAudience`).
public enum AzureCloud: Sendable, Hashable, CaseIterable {
  case global, usGovernment, china

  /// The cloud of a region.
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

  /// Nil: the address is no cloud's own, but that of a proxy or a simulator.
  public init?(resourceManager: String) {
    let url = resourceManager.lowercased()
    guard
      let cloud = Self.allCases.first(where: { url == $0.resourceManager || url.hasPrefix("\($0.resourceManager)/") })
    else { return nil }
    self = cloud
  }

  /// https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure and
  /// https://learn.microsoft.com/azure/china/resources-developer-guide. It is also the audience of tokens.
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
