internal import Foundations

extension TwingateSpec.Expose: SchemaDescribing {
  static let domainRule = Schema.Rule(
    "self.matches('\(Lexical.twingateAlias)') && !self.endsWith('.local')",
    "must be a DNS name with a dot, not below .local and without wildcards, such as prod.acme.internal"
  )
  private static let names = Schema.string("Name or id.").length(TwingateSpec.nameLength)
  private static func list(_ description: String, of items: Schema) -> Schema {
    .list(description, of: items, .set).items(0...maximumEntries)
  }

  public static let schema = Schema.object(
    """
    Lets Services and Ingresses of this namespace become resources with annotation \(CloudLinker.Annotation.expose), \
    within these limits. Left out: none may.
    """,
    [
      .required(
        "kinds",
        .list(
          "The kinds that may be annotated.",
          of: .enumeration("A kind.", Kind.self),
          .set
        ).items(1...Kind.allCases.count)
      ),
      .optional(
        "groups",
        list(
          """
          Groups that may get access, by name or id. Annotation \(CloudLinker.Annotation.exposeGroups) chooses among them; \
          without it all get access.
          """,
          of: names
        )
      ),
      .optional(
        "domains",
        list(
          "Domains that aliases and the hosts of Ingresses must be or lie below. Left out: neither is allowed.",
          of: Schema.string("A domain, such as prod.acme.internal.").length(3...253)
            .rule(domainRule.expression, domainRule.message)
        )
      ),
      .optional(
        "addresses",
        list(
          """
          Addresses that annotation \(CloudLinker.Annotation.exposeAddress) of an Ingress may name: that of the ingress \
          controller, as the connectors find it.
          """,
          of: Schema.string("An IPv4 address or a DNS name.").length(1...253).matching(Lexical.ipv4OrDNSName)
        )
      ),
      .optional(
        "securityPolicies",
        list(
          """
          Security policies that annotation \(CloudLinker.Annotation.exposePolicy) may name, by name or id. Without the \
          annotation it is the network's default policy.
          """,
          of: names
        )
      ),
    ]
  )
}
