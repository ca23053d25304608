internal import CloudLinkerAPI
import Foundations
internal import Kubernetes

extension Fixture {
  static let backbone: JSONValue = [
    "apiVersion": "cloudlinker.dev/v1alpha1", "kind": "Backbone",
    "metadata": ["name": "aws", "namespace": "default"],
    "spec": [
      "provider": "AWS", "region": "eu-west-1", "credentialsSecretRef": ["name": "aws"],
      "network": ["cidr": "10.10.0.0/16", "zones": 3],
      "egress": [
        "addresses": "PerZone", "allow": [["cidr": "0.0.0.0/0", "protocol": "TCP", "ports": [443]]],
      ],
      "ingress": ["allow": []],
      "tags": ["team": "platform"],
    ],
  ]
  static let gcpBackbone = backbone.replacing("spec.provider", "GCP").replacing("spec.gcp", ["project": "acme-prod"])
  static let azureBackbone = backbone.replacing("spec.provider", "Azure")
    .replacing("spec.azure", ["subscriptionID": "00000000-0000-4000-8000-00000000000a"])
  private static let listed: JSONValue = [
    "cidr": "10.10.0.0/16",
    "subnets": [
      ["name": "a", "zone": "eu-west-1a", "cidr": "10.10.0.0/20"],
      ["name": "b", "zone": "eu-west-1b", "cidr": "10.10.16.0/20"],
    ],
  ]
  private static func azureID(_ resource: String) -> String {
    "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/hub/providers/Microsoft.Network/\(resource)"
  }
  private static let listedBackbone = backbone.replacing("spec.network", listed)
  private static let type = Backbone.resourceType

  static let goodBackbones: [Fixture] = [
    good("the headline", type, backbone),
    good("GCP", type, gcpBackbone.replacing("spec.flowLogs", true)),
    good("Azure in a given group", type, azureBackbone.replacing("spec.azure.resourceGroup", "rg-(net).1")),
    good("nothing but the network", type, backbone.replacing("spec.egress", nil).replacing("spec.ingress", nil)),
    good("subnets one by one", type, listedBackbone),
    good(
      "zones by name",
      type,
      backbone.replacing("spec.network", ["cidr": "172.16.0.0/24", "zoneNames": ["1", "2"]])
    ),
    good(
      "an adopted network and addresses",
      type,
      backbone.replacing("spec.network.existing", ["id": "vpc-0a1b2c"])
        .replacing("spec.egress.existingAddressIDs", ["eipalloc-1", "eipalloc-2"])
    ),
    good(
      "twelve subnets and all rules",
      type,
      listedBackbone.replacing(
        "spec.network.subnets",
        .array((0..<12).map { ["name": .string("s\($0)"), "zone": "a", "cidr": .string("10.10.\($0 * 4).0/22")] })
      ).replacing(
        "spec.egress.allow",
        .array((0..<32).map { ["cidr": .string("10.\($0).0.0/16"), "protocol": "All"] })
      )
    ),
    good(
      "another account",
      type,
      backbone.replacing("spec.aws", ["assumeRoleARN": "arn:aws:iam::123456789012:role/n/x"])
    ),
    good(
      "flow logs in AWS",
      type,
      backbone.replacing("spec.aws", ["flowLogsBucketARN": "arn:aws-cn:s3:::flow.logs/production/a_b/"])
        .replacing("spec.flowLogs", true)
    ),
    good("a bucket for later", type, backbone.replacing("spec.aws", ["flowLogsBucketARN": "arn:aws:s3:::flow-logs"])),
    good(
      "rules with ranges of ports, and what they are for",
      type,
      backbone.replacing(
        "spec.ingress.allow",
        [
          ["cidr": "10.0.0.0/8", "ports": [80], "portRanges": ["30000-32767"], "description": "node ports (office)"],
          ["cidr": "10.0.0.0/8", "protocol": "UDP", "portRanges": ["1-65535"]],
        ]
      )
    ),
    good(
      "ranges and tags of a cluster in AWS",
      type,
      listedBackbone.replacing("spec.network.podRanges", ["100.64.0.0/16", "10.12.0.0/24"])
        .replacing("spec.network.subnetTags", ["karpenter.sh/discovery": "production"])
        .replacing("spec.network.subnets[0].tags", ["tier": "db"])
    ),
    good("pods of GCP", type, gcpBackbone.replacing("spec.network.podRanges", ["172.16.0.0/12"])),
    good("pods of Azure", type, azureBackbone.replacing("spec.network.podRanges", ["10.244.0.0/16"])),
    good(
      "services of AWS without a way out",
      type,
      backbone.replacing("spec.egress.addresses", "None")
        .replacing("spec.privateServices", ["ecr.api", "ecr.dkr", "sts", "cn.com.amazonaws.cn-north-1.ec2"])
    ),
    good(
      "services of GCP, and ports of NAT",
      type,
      gcpBackbone.replacing("spec.privateServices", ["googleapis.com", "gcr.io", "pkg.dev"])
        .replacing("spec.egress.portsPerMachine", 65536)
    ),
    good(
      "an appliance in Azure",
      type,
      azureBackbone.replacing("spec.egress.existingNextHops", ["10.0.0.4"])
    ),
    good(
      "NAT gateways that exist in AWS",
      type,
      backbone.replacing("spec.network.existing", ["id": "vpc-0a1b2c"])
        .replacing("spec.egress.existingNATGatewayIDs", ["nat-0a", "nat-0b", "nat-0c"])
    ),
    good(
      "a NAT gateway that exists in Azure",
      type,
      azureBackbone.replacing("spec.egress.existingNATGatewayIDs", [.string(azureID("natGateways/nat"))])
    ),
    good(
      "six zones in a /24 with one NAT gateway",
      type,
      backbone.replacing("spec.network", ["cidr": "10.0.0.0/24", "zones": 6]).replacing(
        "spec.egress.addresses",
        "Shared"
      )
    ),
    good("a transit gateway", type, backbone.replacing("spec.egress.existingNextHops", ["tgw-0a1b"])),
    good(
      "retained and suspended",
      type,
      backbone.replacing("spec.deletionPolicy", "Retain").replacing("spec.suspend", true)
    ),
  ]

  static let badBackbones: [Fixture] = [
    bad("no provider", backbone, "spec.provider", ("spec.provider", nil)),
    bad("a provider misspelt", backbone, "spec.provider", ("spec.provider", "aws")),
    bad("no region", backbone, "spec.region", ("spec.region", nil)),
    bad("a region with a slash", backbone, "spec.region", ("spec.region", "eu/west")),
    bad("GCP without a project", gcpBackbone, "spec", ("spec.gcp", nil)),
    bad("Azure without a subscription", azureBackbone, "spec", ("spec.azure", nil)),
    bad(
      "a subscription that is none",
      azureBackbone,
      "spec.azure.subscriptionID",
      ("spec.azure.subscriptionID", "prod")
    ),
    bad("a group that ends with a dot", azureBackbone, "spec.azure.resourceGroup", ("spec.azure.resourceGroup", "rg.")),
    bad("another cloud's options", gcpBackbone, "spec", ("spec.aws", [:])),
    bad("a role that is none", backbone, "spec.aws.assumeRoleARN", ("spec.aws", ["assumeRoleARN": "network"])),
    bad("flow logs in AWS without a bucket", backbone, "spec", ("spec.flowLogs", true)),
    bad("flow logs in Azure", azureBackbone, "spec", ("spec.flowLogs", true)),
    bad(
      "a bucket that is a log group",
      backbone,
      "spec.aws.flowLogsBucketARN",
      ("spec.aws", ["flowLogsBucketARN": "arn:aws:logs:eu-west-1:123456789012:log-group:flows"])
    ),
    bad(
      "AWS's own folder of a bucket",
      backbone,
      "spec.aws.flowLogsBucketARN",
      ("spec.aws", ["flowLogsBucketARN": "arn:aws:s3:::logs/a/AWSLogs/"])
    ),
    bad("a bucket's name only", backbone, "spec.aws.flowLogsBucketARN", ("spec.aws", ["flowLogsBucketARN": "logs"])),
    bad("no network", backbone, "spec.network", ("spec.network", nil)),
    bad("a public range", backbone, "spec.network.cidr", ("spec.network.cidr", "8.8.0.0/16")),
    bad("too wide a range", backbone, "spec.network.cidr", ("spec.network.cidr", "10.0.0.0/8")),
    bad("too narrow a range", backbone, "spec.network.cidr", ("spec.network.cidr", "10.0.0.0/28")),
    bad("host bits", backbone, "spec.network.cidr", ("spec.network.cidr", "10.10.0.1/16")),
    bad(
      "six NAT gateways in a /24",
      backbone.replacing("spec.network.cidr", "10.0.0.0/24"),
      "spec",
      ("spec.network.zones", 6)
    ),
    bad("a subnet too small for EC2", listedBackbone, "spec", ("spec.network.subnets[1].cidr", "10.10.16.0/29")),
    bad(
      "a subnet too small for Google",
      gcpBackbone.replacing("spec.network", listed),
      "spec",
      ("spec.network.subnets[1].cidr", "10.10.16.0/30")
    ),
    bad("zones twice", backbone, "spec.network", ("spec.network.zoneNames", ["eu-west-1a"])),
    bad("seven zones", backbone, "spec.network.zones", ("spec.network.zones", 7)),
    bad("no zones", backbone, "spec.network.zones", ("spec.network.zones", 0)),
    bad("a subnet outside", listedBackbone, "spec.network", ("spec.network.subnets[0].cidr", "10.11.0.0/20")),
    bad(
      "a subnet wider than the network",
      listedBackbone,
      "spec.network",
      ("spec.network.subnets[0].cidr", "10.0.0.0/12")
    ),
    bad("subnets that overlap", listedBackbone, "spec.network", ("spec.network.subnets[1].cidr", "10.10.8.0/21")),
    bad("two subnets of one name", listedBackbone, "spec.network.subnets", ("spec.network.subnets[1].name", "a")),
    bad(
      "a subnet that is no network",
      listedBackbone,
      "spec.network.subnets[0].cidr",
      ("spec.network.subnets[0].cidr", "10.10.0.0")
    ),
    bad("ports of everything", backbone, "spec.egress.allow[0]", ("spec.egress.allow[0].protocol", "All")),
    bad("port 0", backbone, "spec.egress.allow[0].ports[0]", ("spec.egress.allow[0].ports", [0])),
    bad(
      "a range of ports without an end",
      backbone,
      "spec.egress.allow[0].portRanges[0]",
      ("spec.egress.allow[0].portRanges", ["80-"])
    ),
    bad(
      "a port too high in a range",
      backbone,
      "spec.egress.allow[0].portRanges[0]",
      ("spec.egress.allow[0].portRanges", ["1-65536"])
    ),
    bad(
      "a range that begins where it should end",
      backbone,
      "spec.egress.allow[0].portRanges[0]",
      ("spec.egress.allow[0].portRanges", ["443-80"])
    ),
    bad(
      "a port that is no range",
      backbone,
      "spec.egress.allow[0].portRanges[0]",
      ("spec.egress.allow[0].portRanges", ["443"])
    ),
    bad(
      "a description that EC2 refuses",
      backbone,
      "spec.egress.allow[0].description",
      ("spec.egress.allow[0].description", "what's it for?")
    ),
    bad("pods on public addresses", backbone, "spec.network.podRanges[0]", ("spec.network.podRanges", ["8.8.0.0/16"])),
    bad("pods among the machines", backbone, "spec.network", ("spec.network.podRanges", ["10.10.128.0/20"])),
    bad("pods twice", gcpBackbone, "spec.network", ("spec.network.podRanges", ["100.64.0.0/16", "100.64.128.0/20"])),
    bad("pods that EC2 cannot add to 10/8", backbone, "spec", ("spec.network.podRanges", ["172.16.0.0/16"])),
    bad("too many pods for EC2", backbone, "spec", ("spec.network.podRanges", ["100.64.0.0/12"])),
    bad("tags of subnets in GCP", gcpBackbone, "spec", ("spec.network.subnetTags", ["a": "b"])),
    bad(
      "tags of a subnet in Azure",
      azureBackbone.replacing("spec.network", listed),
      "spec",
      ("spec.network.subnets[1].tags", ["a": "b"])
    ),
    bad("a tag of AWS's own", backbone, "spec", ("spec.tags", ["aws:x": "b"])),
    bad("a tag of AWS's own on subnets", backbone, "spec", ("spec.network.subnetTags", ["aws:x": "b"])),
    bad("a tag without a key", gcpBackbone, "spec.tags", ("spec.tags", ["": "b"])),
    bad(
      "more tags than a subnet takes",
      backbone.replacing("spec.tags", .object(Dictionary(uniqueKeysWithValues: (0..<30).map { ("a\($0)", "b") }))),
      "spec",
      ("spec.network.subnetTags", .object(Dictionary(uniqueKeysWithValues: (0..<11).map { ("b\($0)", "b") })))
    ),
    bad(
      "two ways out",
      backbone.replacing("spec.egress.existingAddressIDs", ["eipalloc-1"]),
      "spec.egress",
      ("spec.egress.existingNextHops", ["tgw-0a1b"])
    ),
    bad(
      "a way out and none",
      backbone.replacing("spec.egress.addresses", "None"),
      "spec.egress",
      ("spec.egress.existingNextHops", ["tgw-0a1b"])
    ),
    bad("another VPC's NAT gateway", backbone, "spec", ("spec.egress.existingNATGatewayIDs", ["nat-0a"])),
    bad("a NAT gateway of GCP", gcpBackbone, "spec", ("spec.egress.existingNATGatewayIDs", ["nat"])),
    bad("an internet gateway as next hop", backbone, "spec", ("spec.egress.existingNextHops", ["igw-0a1b"])),
    bad("two appliances in Azure", azureBackbone, "spec", ("spec.egress.existingNextHops", ["10.0.0.4", "10.0.0.5"])),
    bad("ports of NAT in AWS", backbone, "spec", ("spec.egress.portsPerMachine", 4096)),
    bad(
      "an odd number of ports",
      gcpBackbone,
      "spec.egress.portsPerMachine",
      ("spec.egress.portsPerMachine", 1000)
    ),
    bad("S3 as an interface endpoint", backbone, "spec", ("spec.privateServices", ["sts", "s3"])),
    bad("a service by its title", backbone, "spec", ("spec.privateServices", ["Amazon ECR"])),
    bad("a domain that is not Google's", gcpBackbone, "spec", ("spec.privateServices", ["example.com"])),
    bad("private services in Azure", azureBackbone, "spec", ("spec.privateServices", ["privatelink.azurecr.io"])),
    bad("a rule for no network", backbone, "spec.egress.allow[0].cidr", ("spec.egress.allow[0].cidr", "everywhere")),
    bad("an address mode misspelt", backbone, "spec.egress.addresses", ("spec.egress.addresses", "perZone")),
    bad("a policy misspelt", backbone, "spec.deletionPolicy", ("spec.deletionPolicy", "Keep")),
    bad("a long name", backbone, "metadata.name", ("metadata.name", .string(String(repeating: "n", count: 64)))),
  ]
}
