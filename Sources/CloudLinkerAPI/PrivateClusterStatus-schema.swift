internal import Foundations
internal import Kubernetes

extension PrivateClusterStatus: SchemaDescribing {
  public static let schema = Schema.object(
    "The observed state. Only the operator writes it.",
    [
      .optional("observedGeneration", .observedGeneration),
      .optional("reachedGeneration", .reachedGeneration(of: "cluster")),
      .optional("conditions", .conditions),
      .optional("lastHandledReconcileAt", .lastHandledReconcileAt),
      .optional("location", Location.schema.atomic),
      .optional("id", .string("Id of the cluster in the cloud.").length(0...1024)),
      .optional("name", .string("Its name in the cloud.").length(0...128)),
      .optional("version", .string("Its version of Kubernetes.").length(0...16)),
      .optional("endpoint", .string("Where its API server listens, inside the Backbone.").length(0...512)),
      .optional("ranges", Ranges.schema.atomic),
      .optional("pools", .list("Its node pools.", of: Pool.schema).items(0...64)),
      .optional("poolsReady", .string("Node pools that have their fewest nodes in service, of all.").length(0...16)),
      .optional(
        "exposures",
        .list(
          "Objects of the cluster that can be reached from the internet.",
          of: .string("An object.").length(0...512)
        ).items(0...64)
      ),
      .optional("kubeconfigSecret", .string("The Secret with the kubeconfig.").length(0...253)),
      .optional("objects", .cloudObjects),
      .optional("ledger", StoredLedger.schema.atomic),
      .optional("plan", .plan),
    ]
  ).defaulting(to: .statusDefault)
}

extension PrivateClusterStatus.Location: SchemaDescribing {
  public static let schema = Schema.object(
    "Where the cluster is. Recorded once something of it exists.",
    [
      .required("provider", .string("The cloud.").length(0...63)),
      .required("region", .string("The region.").length(0...63)),
      .required("networkID", .string("Id of the Backbone's network.").length(0...512)),
      .optional("account", .string("AWS account, Google Cloud project or Azure subscription.").length(0...63)),
      .optional(
        "subnets",
        .list("The Backbone's subnets that it is in.", of: .string("A name.").length(0...63)).items(0...64)
      ),
    ]
  )
}

extension PrivateClusterStatus.Ranges: SchemaDescribing {
  public static let schema = Schema.object(
    "Ranges inside the cluster.",
    [
      .optional("pods", .string("The range for pods.").length(0...18)),
      .optional("services", .string("The range for Services.").length(0...18)),
    ]
  )
}

extension PrivateClusterStatus.Pool: SchemaDescribing {
  public static let schema = Schema.object(
    "One node pool.",
    [
      .required("name", .string("Its name in the spec.").length(0...63)),
      .required("cloudName", .string("Its name in the cloud.").length(0...128)),
      .required("version", .string("Its version of Kubernetes.").length(0...64)),
      .required("state", .string("Its state, in the cloud's own term.").length(0...64)),
      .optional("size", .integer("Nodes that the pool should have now.")),
      .optional("ready", .integer("Nodes that are in service.")),
      .required("minSize", .integer("The fewest nodes.")),
      .required("maxSize", .integer("The most nodes.")),
    ]
  )
}
