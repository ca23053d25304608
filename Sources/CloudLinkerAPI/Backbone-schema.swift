internal import Foundations
internal import Kubernetes

extension Backbone: SchemaDescribing {
  public static let schema = Schema.resource(
    """
    A Backbone is the private network of this namespace in one cloud: private subnets over zones, NAT with static \
    addresses, firewalls that allow only what is listed here, and no public address on anything inside. A namespace \
    has one Backbone for each provider.
    """,
    spec: BackboneSpec.schema,
    status: BackboneStatus.schema
  ).rule(VPNConnection.nameRule.expression, VPNConnection.nameRule.message)
    .rule(locationRule.expression, locationRule.message)

  public static let definition = CustomResourceDefinition(
    resourceType: resourceType,
    singular: "backbone",
    shortNames: ["bb"],
    columns: [
      .init("Provider", ".spec.provider", "The cloud."),
      .init("Region", ".spec.region", "Its region."),
      .init("CIDR", ".spec.network.cidr", "Range of the network."),
      .init("Egress", ".status.egress", "Public addresses that connections from inside come from."),
      .ready("Whether the network is as specified."),
      .reason,
      .message,
      .age,
    ],
    schema: schema
  )
}

extension BackboneSpec: SchemaDescribing {
  static let immutableRule = Schema.Rule(
    "self.provider == oldSelf.provider && self.region == oldSelf.region && self.network.cidr == oldSelf.network.cidr",
    "provider, region and network.cidr cannot be changed: create another Backbone in another namespace"
  )
  static let awsRule = Schema.Rule(
    "self.provider == 'AWS' || !has(self.aws)",
    "aws is only allowed when provider is AWS"
  )
  static let gcpRule = Schema.Rule(
    "(self.provider == 'GCP') == has(self.gcp)",
    "gcp is required when provider is GCP, and is only allowed then"
  )
  static let azureRule = Schema.Rule(
    "(self.provider == 'Azure') == has(self.azure)",
    "azure is required when provider is Azure, and is only allowed then"
  )

  static let awsFlowLogsRule = Schema.Rule(
    "!has(self.flowLogs) || !self.flowLogs || self.provider != 'AWS' || has(self.aws) && has(self.aws.flowLogsBucketARN)",
    "flowLogs needs aws.flowLogsBucketARN with provider AWS: the bucket that they are written to"
  )
  static let azureFlowLogsRule = Schema.Rule(
    "!has(self.flowLogs) || !self.flowLogs || self.provider != 'Azure'",
    "flowLogs is not allowed when provider is Azure: its flow logs need a Network Watcher and a storage account of the "
      + "subscription, which the operator does not manage"
  )

  public static let schema = Schema.object(
    "The desired state.",
    [
      .required("provider", .enumeration("The cloud. Cannot be changed.", CloudProvider.self)),
      .required(
        "region",
        .string("The region, as the cloud calls it: eu-west-1, europe-west1, westeurope. Cannot be changed.")
          .length(1...63).matching(Lexical.dnsLabel)
      ),
      .optional(
        "credentialsSecretRef",
        .object(
          """
          The Secret with the credentials. AWS: accessKeyId and secretAccessKey (sessionToken may be added, and roleArn \
          and externalId of a role to assume); GCP: key.json, a service account's key; Azure: tenantId, clientId and \
          clientSecret. Left out: the operator's own identity, where the cluster's owner lends it to this namespace.
          """,
          [.required("name", .secretName)]
        )
      ),
      .optional("aws", AWSOptions.schema),
      .optional("gcp", GCPOptions.schema),
      .optional("azure", AzureOptions.schema),
      .required("network", Network.schema),
      .optional("egress", Egress.schema),
      .optional("ingress", Ingress.schema),
      .optional(
        "privateServices",
        .list(
          """
          The cloud's own services that the network reaches without NAT. AWS: an interface endpoint each, billed by the \
          hour and zone: ecr.api, ecr.dkr, sts, ec2, logs (S3 has an endpoint anyway), or the whole name \
          com.amazonaws.REGION.SERVICE. GCP: a private DNS zone each of googleapis.com, gcr.io and pkg.dev. Not \
          in Azure, where you link private DNS zones to the network yourself.
          """,
          of: .string("A service or domain.").length(1...512),
          .set
        ).items(0...maximumPrivateServices)
      ),
      .optional(
        "tags",
        tagsSchema("Tags of your own on everything that is made (labels in GCP, where there are labels).")
      ),
      .optional(
        "flowLogs",
        .boolean(
          """
          true: the cloud logs the flows of the network, at its price; in AWS to aws.flowLogsBucketARN. Not in Azure. \
          Default: false.
          """
        )
      ),
      .optional(
        "deletionPolicy",
        .enumeration(
          """
          What happens to the network when this object is deleted. Delete: it is deleted, with everything that was made \
          for it. Retain: it stays as it is, and the operator's marks are removed. Objects that existed before stay.
          """,
          DeletionPolicy.self
        ).defaulting(to: .string(DeletionPolicy.delete.rawValue))
      ),
      .optional("suspend", .boolean("true: leave the network as it is, repair nothing. Default: false.")),
    ]
  )
  .rule(immutableRule.expression, immutableRule.message)
  .rule(awsRule.expression, awsRule.message)
  .rule(gcpRule.expression, gcpRule.message)
  .rule(azureRule.expression, azureRule.message)
  .rule(awsFlowLogsRule.expression, awsFlowLogsRule.message)
  .rule(azureFlowLogsRule.expression, azureFlowLogsRule.message)
  .rules(providerRules)
}

extension BackboneSpec.AWSOptions: SchemaDescribing {
  static let roleRule = Schema.Rule(
    "self.matches('\(Lexical.roleARN)')",
    "must be a role's ARN, such as arn:aws:iam::123456789012:role/network"
  )
  static let bucketRule = Schema.Rule(
    "self.matches('\(Lexical.bucketARN)') && !self.matches('/AWSLogs(/|$)')",
    "must be a bucket's ARN with or without a folder, such as arn:aws:s3:::flow-logs/production; AWSLogs is no folder "
      + "of yours"
  )
  public static let schema = Schema.object(
    "Settings that only AWS has.",
    [
      .optional(
        "assumeRoleARN",
        .string("A role that is assumed with the credentials, to work in another account.")
          .length(1...512).rule(roleRule.expression, roleRule.message)
      ),
      .optional(
        "flowLogsBucketARN",
        .string(
          """
          The S3 bucket, and a folder in it if you like, that flow logs are written to: arn:aws:s3:::flow-logs/production. \
          Its policy must let delivery.logs.amazonaws.com write. Never made, changed or emptied by the operator.
          """
        ).length(1...512).rule(bucketRule.expression, bucketRule.message)
      ),
    ]
  )
}

extension BackboneSpec.GCPOptions: SchemaDescribing {
  public static let schema = Schema.object(
    "Settings that only Google Cloud has.",
    [.required("project", .string("Id of the project.").length(6...63).matching(Lexical.serviceName))]
  )
}

extension BackboneSpec.AzureOptions: SchemaDescribing {
  public static let schema = Schema.object(
    "Settings that only Azure has.",
    [
      .required("subscriptionID", .string("Id of the subscription.").length(36...36).matching(Lexical.uuid)),
      .optional(
        "resourceGroup",
        .string("A resource group that exists, which the operator uses and never deletes. Left out: it makes one.")
          .length(1...90).matching(Lexical.resourceGroup)
      ),
    ]
  )
}
