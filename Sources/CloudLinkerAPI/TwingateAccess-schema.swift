internal import Foundations

extension TwingateSpec.AccessPolicy: SchemaDescribing {
  static let durationRule = Schema.Rule(
    "self.mode == 'Manual' ? !has(self.duration) : self.mode != 'AutoLock' || has(self.duration)",
    "accessPolicy.duration is required with mode AutoLock, and not allowed with mode Manual"
  )
  static let hours = 1...8760
  public static let schema = Schema.object(
    "How access ends and can begin again. Left out: as the network is configured.",
    [
      .required(
        "mode",
        .enumeration(
          """
          Manual: access stays until it is taken away. AutoLock: it locks when it was not used for the duration. \
          AccessRequest: people ask for it, for the duration.
          """,
          Mode.self
        )
      ),
      .optional(
        "duration",
        .string("The time in hours, such as 720h: from 1h to 8760h, which is a year.").length(2...5).matching(
          Lexical.hours
        )
      ),
      .optional(
        "approval",
        .enumeration(
          "Whether an administrator lets people in again (Manual), or they themselves (Automatic).",
          Approval.self
        )
      ),
    ]
  ).rule(durationRule.expression, durationRule.message)
}

extension TwingateSpec.Access: SchemaDescribing {
  static let principalRule = Schema.Rule(
    "has(self.group) != has(self.serviceAccount)",
    "access: an entry names either a group or a serviceAccount"
  )
  static let serviceAccountRule = Schema.Rule(
    "!has(self.serviceAccount) || !has(self.expiresAt) && !has(self.securityPolicy)",
    "access: a serviceAccount takes neither expiresAt nor securityPolicy"
  )
  public static let schema = Schema.object(
    "One group or service account that may reach the resource.",
    [
      .optional("group", .string("Name or id of a group.").length(TwingateSpec.nameLength)),
      .optional("serviceAccount", .string("Name or id of a service account.").length(TwingateSpec.nameLength)),
      .optional(
        "expiresAt",
        .timestamp("When the access ends by itself: 1 hour to 1 year ahead when it is granted. Groups only.").length(
          20...40
        )
      ),
      .optional(
        "securityPolicy",
        .string("Another policy for this group, by name or id. Left out: the resource's.").length(
          TwingateSpec.nameLength
        )
      ),
    ]
  ).rule(principalRule.expression, principalRule.message)
    .rule(serviceAccountRule.expression, serviceAccountRule.message)
}

extension TwingateSpec.Group: SchemaDescribing {
  public static let schema = Schema.object(
    "One group.",
    [
      .required("name", .string("Its name.").length(TwingateSpec.nameLength)),
      .optional(
        "members",
        .list(
          "E-mail addresses of its members, of people that Twingate knows. Left out: the members are left alone.",
          of: Schema.string("An e-mail address.").length(3...254).matching(Lexical.email),
          .set
        ).items(0...TwingateSpec.maximumMembers)
      ),
    ]
  )
}

extension TwingateSpec.ServiceAccount: SchemaDescribing {
  /// In hours. A key lives twice as long, and Twingate allows a year at most.
  static let rotation = 1...4368
  static let rotationRule = Schema.Rule(
    "!self.matches('\(Lexical.hours)') || int(self.split('h')[0]) <= \(rotation.upperBound)",
    "must be hours from 1h to \(rotation.upperBound)h, half a year, such as 720h"
  )
  public static let schema = Schema.object(
    "One service account.",
    [
      .required("name", .string("Its name.").length(TwingateSpec.nameLength)),
      .required(
        "keySecret",
        .string(
          """
          Name of the Secret that the operator makes in this namespace, with the key under service_key.json, as Twingate's \
          client for servers takes it. A Secret of that name that others made is refused.
          """
        ).length(1...253).matching(Lexical.dnsSubdomain)
      ),
      .optional(
        "rotateEvery",
        .string(
          """
          In hours: 720h. The key before works for 10 more minutes, and a key that nobody rotates ends by itself after \
          twice the time. Left out: the key stays.
          """
        ).length(2...5).matching(Lexical.hours).rule(rotationRule.expression, rotationRule.message)
      ),
    ]
  )
}
