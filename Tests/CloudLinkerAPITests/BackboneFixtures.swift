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
    bad("a rule for no network", backbone, "spec.egress.allow[0].cidr", ("spec.egress.allow[0].cidr", "everywhere")),
    bad("an address mode misspelt", backbone, "spec.egress.addresses", ("spec.egress.addresses", "perZone")),
    bad("a policy misspelt", backbone, "spec.deletionPolicy", ("spec.deletionPolicy", "Keep")),
    bad("a long name", backbone, "metadata.name", ("metadata.name", .string(String(repeating: "n", count: 64)))),
  ]
}
