/// The address of a service, and how requests to it are signed.
public struct AWSEndpoint: Sendable, Hashable {
  /// Without a slash at the end.
  public var url: String
  public var service: String
  /// The region in the signature.
  public var region: String

  public init(url: String, service: String, region: String) {
    self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
    self.service = service
    self.region = region
  }

  /// The regional endpoint, in the partition of the region.
  /// - Parameter override: the base URL of an emulator, a proxy or a VPC endpoint.
  public init(service: String, region: String, override: String? = nil) {
    let suffix = Self.suffixes.first { region.hasPrefix($0.region) }?.suffix ?? "amazonaws.com"
    self.init(url: override ?? "https://\(service).\(region).\(suffix)", service: service, region: region)
  }

  /// The endpoint of IAM, which has one for each partition (botocore, partitions.json).
  /// - Parameter region: any region of the partition.
  public static func iam(for region: String, override: String? = nil) -> AWSEndpoint {
    let others: [(prefix: String, url: String, region: String)] = [
      ("cn-", "https://iam.cn-north-1.amazonaws.com.cn", "cn-north-1"),
      ("us-gov-", "https://iam.us-gov.amazonaws.com", "us-gov-west-1"),
      ("eusc-", "https://iam.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
    ]
    let found = others.first { region.hasPrefix($0.prefix) }
    return AWSEndpoint(
      url: override ?? found?.url ?? "https://iam.amazonaws.com",
      service: "iam",
      region: found?.region ?? "us-east-1"
    )
  }

  /// The partition as ARNs name it: `aws`, `aws-cn`, …
  public static func partition(of region: String) -> String {
    let others: [(prefix: String, partition: String)] = [
      ("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("eusc-", "aws-eusc"), ("us-isob-", "aws-iso-b"),
      ("us-isof-", "aws-iso-f"), ("eu-isoe-", "aws-iso-e"), ("us-iso-", "aws-iso"),
    ]
    return others.first { region.hasPrefix($0.prefix) }?.partition ?? "aws"
  }

  /// Partitions whose suffix is not `amazonaws.com` (botocore, partitions.json).
  private static let suffixes: [(region: String, suffix: String)] = [
    ("cn-", "amazonaws.com.cn"), ("eusc-", "amazonaws.eu"), ("us-iso-", "c2s.ic.gov"), ("us-isob-", "sc2s.sgov.gov"),
    ("us-isof-", "csp.hci.ic.gov"), ("eu-isoe-", "cloud.adc-e.uk"),
  ]
}
