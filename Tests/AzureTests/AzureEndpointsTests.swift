import Azure
import Testing

@Suite struct AzureEndpointsTests {
  @Test(arguments: [
    ("westeurope", "https://management.azure.com", "https://login.microsoftonline.com"),
    ("usgovvirginia", "https://management.usgovcloudapi.net", "https://login.microsoftonline.us"),
    ("usdodcentral", "https://management.usgovcloudapi.net", "https://login.microsoftonline.us"),
    ("chinanorth3", "https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn"),
  ])
  func theRegionTellsTheCloud(region: String, manager: String, login: String) {
    let endpoints = AzureEndpoints(region: region)
    #expect(endpoints.resourceManager == manager && endpoints.authority == login && endpoints.audience == manager)
  }

  /// Azure Government refuses a token for the global cloud.
  @Test func audienceAndLoginFollowTheResourceManager() {
    let endpoints = AzureEndpoints(region: "westeurope", resourceManager: "https://management.usgovcloudapi.net/")
    #expect(endpoints.resourceManager == "https://management.usgovcloudapi.net")
    #expect(endpoints.audience == "https://management.usgovcloudapi.net")
    #expect(endpoints.authority == "https://login.microsoftonline.us")
  }

  @Test func aProxyHandsTokensOnToTheRegionsCloud() {
    let proxy = AzureEndpoints(region: "usgovvirginia", resourceManager: "http://127.0.0.1:4568")
    #expect(proxy.resourceManager == "http://127.0.0.1:4568")
    #expect(proxy.audience == "https://management.usgovcloudapi.net")
    let stack = AzureEndpoints(
      resourceManager: "https://m.stack.example",
      authority: "https://a",
      audience: "https://b/"
    )
    #expect(stack.authority == "https://a" && stack.audience == "https://b")
  }
}
