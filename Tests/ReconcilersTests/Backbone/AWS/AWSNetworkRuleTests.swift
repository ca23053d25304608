import CloudResources
import Foundations
import Testing

@testable import AWS
@testable import CloudNetworks
@testable import Reconcilers

/// Tags, rules and ranges, as they are worked out before anything is asked of EC2.
@Suite struct AWSNetworkRuleTests {
  @Test func namesAndTagsOfTheUserDoNotReplaceTheMark() {
    let bench = AWSBench { $0.tags = ["Name": "mine", "cloudlinker.dev/backbone": "stolen"] }
    let tags = bench.desired.tags(role: "vpc")
    #expect(tags["Name"] == "mine" && tags["cloudlinker.dev/backbone"] == "production/main/u-1")
  }

  @Test(arguments: [
    (DesiredNetwork.Rule(cidr: AWSBench.everywhere, transport: .tcp), ["TCP 0-65535 0.0.0.0/0"]),
    (
      .init(cidr: AWSBench.everywhere, transport: .udp, ports: [53...53, 100...200]),
      ["UDP 53 0.0.0.0/0", "UDP 100-200 0.0.0.0/0"]
    ),
    (.init(cidr: AWSBench.everywhere, transport: .icmp), ["ICMP -1 0.0.0.0/0"]),
    (.init(cidr: AWSBench.everywhere, transport: .all), ["all 0.0.0.0/0"]),
    (.init(cidr: AWSBench.everywhere, transport: .all, ports: [1...2]), ["TCP 1-2 0.0.0.0/0", "UDP 1-2 0.0.0.0/0"]),
  ])
  func rulesAreWordedAsEC2WordsThem(rule: DesiredNetwork.Rule, words: [String]) {
    #expect(rule.ec2.map(\.description) == words)
  }

  @Test(
    arguments: [
      ("10.0.0.0/16", [], "10.0.255.240/28"), ("10.0.0.0/16", ["10.0.0.0/17"], "10.0.255.240/28"),
      ("10.0.0.0/16", ["10.0.255.240/28"], "10.0.255.224/28"), ("10.0.0.0/16", ["10.0.255.0/24"], "10.0.254.240/28"),
      ("10.0.0.0/16", ["10.0.128.0/17", "10.0.127.248/29"], "10.0.127.224/28"), ("10.0.0.0/16", ["10.0.0.0/8"], nil),
      ("10.0.0.0/28", [], "10.0.0.0/28"), ("10.0.0.0/28", ["10.0.0.8/29"], nil), ("10.0.0.0/29", [], nil),
      ("0.0.0.0/24", ["0.0.0.0/24"], nil), ("10.0.0.0/8", ["10.128.0.0/9", "10.64.0.0/10"], "10.63.255.240/28"),
    ] as [(String, [String], String?)]
  )
  func publicSubnetsAreCutFromTheEnd(range: String, taken: [String], expected: String?) throws {
    let cidr = AWSPublicSubnets.carve(
      from: try #require(IPv4Network(range)),
      avoiding: taken.compactMap { IPv4Network($0) }
    )
    #expect(cidr?.description == expected)
  }
}
