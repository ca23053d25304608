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
    let suffix = Self.suffixes.first { region.hasPrefix($0.region) }?.suffix ?? "amazonaws.com"
    self.init(url: override ?? "https://\(service).\(region).\(suffix)", service: service, region: region)
  }

  /// Of the partitions that do not have `amazonaws.com` (botocore, partitions.json).
  private static let suffixes: [(region: String, suffix: String)] = [
    ("cn-", "amazonaws.com.cn"), ("eusc-", "amazonaws.eu"), ("us-iso-", "c2s.ic.gov"), ("us-isob-", "sc2s.sgov.gov"),
    ("us-isof-", "csp.hci.ic.gov"), ("eu-isoe-", "cloud.adc-e.uk"),
  ]
}
