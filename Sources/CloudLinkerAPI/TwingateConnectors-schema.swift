internal import Foundations

extension TwingateSpec.Connectors: SchemaDescribing {
  static let labelRule = Schema.Rule(
    "self.all(key, key.matches('^[A-Z][A-Z0-9_]{0,62}$'))",
    "labels: a name has capital letters, digits and '_', such as REGION, because it becomes TWINGATE_LABEL_REGION"
  )
  static let machineRule = Schema.Rule(
    "(!has(self.aws) && !has(self.gcp) && !has(self.azure)) || has(self.backboneRef)",
    "aws, gcp and azure are for machines in a Backbone: set backboneRef, or leave them out"
  )

  public static let schema = Schema.object(
    """
    The connectors, which share the load by themselves. Each is a pod of its own in the namespace for gateways, or a \
    machine of its own in a Backbone.
    """,
    [
      .optional(
        "count",
        .integer(
          "The number of connectors. Default: \(defaultCount), so that one can be updated while the other serves.",
          in: TwingateSpec.connectorRange
        )
      ),
      .optional(
        "className",
        .string(
          "Gateway class, offered by the cluster's owner: how their pods run. Default: default. In this cluster only."
        )
        .length(1...253).matching(Lexical.dnsSubdomain)
      ),
      .optional(
        "backboneRef",
        .object(
          "The Backbone in which they run. Left out: they run in this cluster. Cannot be changed.",
          [
            .required(
              "name",
              .string("Name of a Backbone in this namespace.").length(1...253).matching(Lexical.dnsSubdomain)
            )
          ]
        )
      ),
      .optional(
        "image",
        .string(
          """
          Their image, one that the cluster's owner allows with --allowed-connector-image. Default: \(defaultImage). \
          Twingate refuses connectors that are too old.
          """
        ).length(1...255).matching(Lexical.image)
      ),
      .optional(
        "updateEvery",
        .string(
          """
          How often each takes its image again, one at a time, because the tag may name a newer one; not with a digest or a \
          whole version such as 1.80.0. In hours, or 0s for never. Default: \(defaultUpdateHours)h.
          """
        ).length(2...5).matching(Lexical.hoursOrNever)
      ),
      .optional(
        "logLevel",
        .integer("How much they log: -1 nothing, 3 errors (the default), 7 everything.", in: -1...7)
      ),
      .optional("logAnalytics", .boolean("true: they log each connection to a resource as JSON. Default: false.")),
      .optional(
        "notifyWhenOffline",
        .boolean("Whether Twingate notifies the network's administrators when a connector is offline. Default: true.")
      ),
      .optional(
        "labels",
        .map(
          "Labels that Twingate's console shows, by name, such as REGION.",
          of: .string("A value, on one line.").length(0...63).matching(Lexical.oneLineOrNothing)
        )
        .properties(atMost: 16).rule(labelRule.expression, labelRule.message)
      ),
      .optional("aws", AWS.schema),
      .optional("gcp", GCP.schema),
      .optional("azure", Azure.schema),
    ]
  ).rule(machineRule.expression, machineRule.message)
}

extension TwingateSpec.Connectors.AWS: SchemaDescribing {
  public static let schema = Schema.object(
    "Their machines in a Backbone of provider AWS; needs backboneRef.",
    [
      .optional(
        "instanceType",
        .string("Type of the instances. Default: \(defaultInstanceType).").length(1...63).matching(Lexical.instanceType)
      ),
      .optional(
        "imageID",
        .string("Id of the image, such as ami-0123456789abcdef0. Left out: Twingate's newest.").length(1...63)
          .matching(Lexical.awsImage)
      ),
      .optional(
        "instanceProfile",
        .string("Name of an instance profile that may read the connectors' secrets. Left out: one is made.")
          .length(1...128).matching(Lexical.instanceProfile)
      ),
    ]
  )
}

extension TwingateSpec.Connectors.GCP: SchemaDescribing {
  public static let schema = Schema.object(
    "Their machines in a Backbone of provider GCP; needs backboneRef.",
    [
      .optional(
        "machineType",
        .string("Type of the machines. Default: \(defaultMachineType).").length(1...63).matching(Lexical.machineType)
      )
    ]
  )
}

extension TwingateSpec.Connectors.Azure: SchemaDescribing {
  public static let schema = Schema.object(
    "Their container groups in a Backbone of provider Azure; needs backboneRef.",
    [
      .optional(
        "registrySecretRef",
        PasswordSecretReference.schema.described(
          "A Secret in this namespace with a login at the registry of the image. Docker Hub throttles pulls without one."
        )
      )
    ]
  )
}
