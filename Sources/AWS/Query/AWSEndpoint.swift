/// Where a service answers, and how requests to it are signed.
public struct AWSEndpoint: Sendable, Hashable {
  /// Without a slash at the end.
  public var url: String
  public var service: String
  /// Of the signature.
  public var region: String

  public init(url: String, service: String, region: String) {
    self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
    self.service = service
    self.region = region
  }

  /// The regional endpoint, in the partition that the region is of.
  /// - Parameter override: the base URL of an emulator, a proxy or a VPC endpoint.
  public init(service: String, region: String, override: String? = nil) {
    let suffix = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
    self.init(url: override ?? "https://\(service).\(region).\(suffix)", service: service, region: region)
  }
}
