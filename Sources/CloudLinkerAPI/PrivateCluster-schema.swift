internal import Foundations
internal import Kubernetes

extension PrivateCluster: SchemaDescribing {
  public static let schema = Schema.resource(
    """
    A PrivateCluster is a Kubernetes cluster inside a Backbone of this namespace: EKS, GKE or AKS, as the Backbone's \
    provider is. Neither its endpoint nor its nodes have public addresses; people reach the endpoint through a \
    VPNConnection of type Twingate.
    """,
    spec: PrivateClusterSpec.schema,
    status: PrivateClusterStatus.schema
  ).rule(VPNConnection.nameRule.expression, VPNConnection.nameRule.message)

  public static let definition = CustomResourceDefinition(
    resourceType: resourceType,
    singular: "privatecluster",
    shortNames: ["pcl"],
    columns: [
      .init("Backbone", ".spec.backboneRef.name", "The network that it is in."),
      .init("Version", ".status.version", "Its version of Kubernetes."),
      .init("Pools", ".status.poolsReady", "Node pools that have their fewest nodes in service, of all."),
      .ready("Whether the cluster is as specified."),
      .reason,
      .init("Endpoint", ".status.endpoint", "Where its API server listens, inside the Backbone.", priority: 1),
      .message,
      .age,
    ],
    schema: schema
  )
}

extension PrivateClusterSpec: SchemaDescribing {
  /// The rule for an optional field that cannot be changed.
  private static func isFixed(_ field: String) -> String {
    "has(self.\(field)) == has(oldSelf.\(field)) && (!has(self.\(field)) || self.\(field) == oldSelf.\(field))"
  }
  static let immutableRule = Schema.Rule(
    "self.backboneRef.name == oldSelf.backboneRef.name && \(isFixed("subnets")) && \(isFixed("network")) && "
      + isFixed("encryption"),
    "backboneRef, subnets, network and encryption cannot be changed: create another PrivateCluster"
  )
  static let providerRule = Schema.Rule(
    "[has(self.aws), has(self.gcp), has(self.azure)].filter(given, given).size() <= 1",
    "only one of aws, gcp and azure may be given: the one of the Backbone's provider"
  )
  static let poolsRule = Schema.Rule(
    "self.nodePools.size() > 0 || (has(self.aws) && has(self.aws.autoMode) && self.aws.autoMode)",
    "nodePools must not be empty, except with aws.autoMode"
  )
  static let loggingRule = Schema.Rule(
    "!has(self.azure) || !has(self.logging) || self.logging.size() == 0 || has(self.azure.logWorkspaceID)",
    "azure.logWorkspaceID must name the workspace that logging goes to"
  )
  static let versionRule = Schema.Rule(
    "self.matches('\(Lexical.minor)')",
    "must be a minor of Kubernetes in quotes, such as \"1.34\": its patches are the provider's"
  )
  static let subnetNames = Schema.string("Name of a subnet of the Backbone.").length(1...63).matching(Lexical.dnsLabel)

  public static let schema = Schema.object(
    "The desired state.",
    [
      .required(
        "backboneRef",
        .object(
          "The Backbone of this namespace that the cluster is in. Cannot be changed.",
          [
            .required(
              "name",
              .string("Its name.").length(1...VPNConnection.maximumNameLength).matching(Lexical.dnsSubdomain)
            )
          ]
        )
      ),
      .required(
        "version",
        .string(
          """
          The minor of Kubernetes, such as "1.34". A higher one upgrades the cluster minor by minor, the control plane \
          before the pools; there is no way back.
          """
        ).length(3...8).rule(versionRule.expression, versionRule.message)
      ),
      .optional(
        "subnets",
        .list(
          "The Backbone's subnets that the cluster uses. Left out: all; in GCP the first. Cannot be changed.",
          of: subnetNames,
          .set
        ).items(1...BackboneSpec.maximumSubnets)
      ),
      .required(
        "nodePools",
        .list("The node pools. Empty only with aws.autoMode.", of: NodePool.schema, .map(keys: ["name"]))
          .items(0...maximumPools)
      ),
      .optional(
        "access",
        .list("Who may do what in the cluster, and who reaches its endpoint.", of: Access.schema).items(
          0...maximumAccess
        )
      ),
      .optional("network", Network.schema),
      .optional("encryption", Encryption.schema),
      .optional(
        "logging",
        .list(
          "Logs of the control plane that the provider keeps, at its price. Left out: none. In GCP audit is always on.",
          of: .enumeration("A log.", ControlPlaneLog.self),
          .set
        ).items(0...ControlPlaneLog.allCases.count)
      ),
      .optional(
        "addons",
        .list(
          """
          EKS add-ons besides vpc-cni, kube-proxy, coredns and eks-pod-identity-agent, which every cluster with node pools \
          has; those four may be named to give them a version or a configuration. AWS only.
          """,
          of: AddOn.schema,
          .map(keys: ["name"])
        ).items(0...maximumAddOns)
      ),
      .optional(
        "deletionPolicy",
        .enumeration(
          """
          What happens to the cluster when this object is deleted. Delete: it is deleted with its nodes and everything \
          that was made for it. Retain: it stays as it is, and the operator's marks are removed.
          """,
          DeletionPolicy.self
        ).defaulting(to: .string(DeletionPolicy.delete.rawValue))
      ),
      .optional("suspend", .boolean("true: leave the cluster as it is, repair nothing. Default: false.")),
      .optional("aws", AWSOptions.schema),
      .optional("gcp", GCPOptions.schema),
      .optional("azure", AzureOptions.schema),
    ]
  )
  .rule(immutableRule.expression, immutableRule.message)
  .rule(providerRule.expression, providerRule.message)
  .rule(poolsRule.expression, poolsRule.message)
  .rule(loggingRule.expression, loggingRule.message)
}

extension PrivateClusterSpec.Network: SchemaDescribing {
  static let rangeRule = Schema.Rule(
    "self.matches('\(Lexical.podRange)')",
    "must be a private IPv4 network with a prefix of 10 to 24, such as 172.20.0.0/16"
  )
  static let hostBitsRule = Schema.Rule(
    "!self.matches('\(Lexical.podRange)') || "
      + "\(CEL.ipv4Number("self.split('/')[0]")) % \(CEL.networkSize("self")) == 0",
    "must begin with the network's first address: 172.20.0.0/16, not 172.20.0.5/16"
  )
  private static func range(_ description: String) -> Schema {
    .string(description).length(9...18).rule(rangeRule.expression, rangeRule.message)
      .rule(hostBitsRule.expression, hostBitsRule.message)
  }
  public static let schema = Schema.object(
    "Ranges inside the cluster. Left out: the operator chooses them, see status.ranges. Cannot be changed.",
    [
      .optional("pods", range("The range for pods. Not in AWS, where pods have addresses of the subnets.")),
      .optional("services", range("The range for Services, outside the Backbone's ranges.")),
    ]
  )
}

extension PrivateClusterSpec.Encryption: SchemaDescribing {
  public static let schema = Schema.object(
    """
    Encryption with your own key. Left out: the provider's. Cannot be changed; without its key a cluster is lost.
    """,
    [
      .required(
        "secretsKey",
        .string("The key for Secrets: ARN of a KMS key, name of a Cloud KMS key, or id of a key in a Key Vault.")
          .length(1...512)
      )
    ]
  )
}

extension PrivateClusterSpec.AddOn: SchemaDescribing {
  public static let schema = Schema.object(
    "An add-on of EKS.",
    [
      .required("name", .string("Its name, as EKS has it.").length(1...100).matching(Lexical.addOnName)),
      .optional(
        "version",
        .string("Its version, as EKS has it. Left out: the default of EKS for the cluster's version.").length(1...64)
      ),
      .optional("configuration", .anyObject("Configuration of the add-on, by its own schema.")),
    ]
  )
}
