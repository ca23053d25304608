internal import Foundations
internal import Kubernetes

extension PrivateClusterSpec.Access: SchemaDescribing {
  static let namespacesRule = Schema.Rule(
    "self.role != 'cluster-admin' || !has(self.namespaces) || self.namespaces.size() == 0",
    "namespaces is not allowed with role cluster-admin, which is for the whole cluster"
  )
  public static let schema = Schema.object(
    "The access of one principal.",
    [
      .required(
        "role",
        .enumeration("The role, with the rights of the Kubernetes role of the same name.", AccessRole.self)
      ),
      .optional(
        "namespaces",
        .list(
          "Namespaces of the cluster in which the role applies. Left out: all.",
          of: .string("A namespace.").length(1...63).matching(Lexical.dnsLabel),
          .set
        ).items(0...32)
      ),
      .required("principal", PrivateClusterSpec.Principal.schema),
      .optional("vpn", PrivateClusterSpec.VPN.schema),
    ]
  ).rule(namespacesRule.expression, namespacesRule.message)
}

extension PrivateClusterSpec.Principal: SchemaDescribing {
  static let oneRule = Schema.Rule(
    "[has(self.roleARN), has(self.group), has(self.user), has(self.serviceAccount), has(self.objectID)]"
      + ".filter(given, given).size() == 1",
    "exactly one of roleARN, group, user, serviceAccount and objectID must be given"
  )
  static let typeRule = Schema.Rule(
    "has(self.type) == has(self.objectID)",
    "type is required with objectID, and is only allowed then"
  )
  static let roleRule = BackboneSpec.AWSOptions.roleRule
  private static func mail(_ description: String) -> Schema {
    .string(description).length(3...254).matching(Lexical.email)
  }
  public static let schema = Schema.object(
    "The person, group or program, as the provider names it.",
    [
      .optional(
        "roleARN",
        .string("AWS: ARN of a role, with its whole path.").length(1...512)
          .rule(roleRule.expression, roleRule.message)
      ),
      .optional("group", mail("Google Cloud: mail address of a group.")),
      .optional("user", mail("Google Cloud: mail address of a user.")),
      .optional("serviceAccount", mail("Google Cloud: mail address of a service account.")),
      .optional("objectID", .string("Azure: object id in Entra ID.").length(36...36).matching(Lexical.uuid)),
      .optional("type", .enumeration("Azure: what the object is.", ObjectType.self)),
    ]
  ).rule(oneRule.expression, oneRule.message).rule(typeRule.expression, typeRule.message)
}

extension PrivateClusterSpec.VPN: SchemaDescribing {
  public static let schema = Schema.object(
    """
    A group that reaches the endpoint through a VPN, on TCP 443 only. The connectors of the connection must run in the \
    cluster's Backbone. Left out: none.
    """,
    [
      .required(
        "connectionRef",
        .object(
          "A VPNConnection of type Twingate in this namespace.",
          [
            .required(
              "name",
              .string("Its name.").length(1...VPNConnection.maximumNameLength).matching(Lexical.dnsSubdomain)
            )
          ]
        )
      ),
      .required("group", .string("A group at Twingate, by name or id.").length(TwingateSpec.nameLength)),
    ]
  )
}

extension PrivateClusterSpec.AWSOptions: SchemaDescribing {
  static let pathRule = Schema.Rule(
    "self.matches('\(Lexical.rolePath)')",
    "must begin and end with a slash, such as /cloudlinker/"
  )
  static let boundaryRule = Schema.Rule(
    "self.matches('\(Lexical.policyARN)')",
    "must be a policy's ARN, such as arn:aws:iam::123456789012:policy/boundary"
  )
  static let autoModeRule = Schema.Rule(
    "!has(self.autoModeNodeRoleARN) || (has(self.autoMode) && self.autoMode)",
    "autoModeNodeRoleARN goes with autoMode: true"
  )
  static let nodeRolesRule = Schema.Rule(
    "!has(self.autoModeNodeRoleARN) || !has(self.nodeRoleARN) || self.autoModeNodeRoleARN != self.nodeRoleARN",
    "autoModeNodeRoleARN must not be nodeRoleARN: EKS gives nodes of the two kinds different access"
  )
  private static func role(_ description: String) -> Schema {
    let rule = BackboneSpec.AWSOptions.roleRule
    return .string(description).length(1...512).rule(rule.expression, rule.message)
  }
  public static let schema = Schema.object(
    "Settings that only AWS has.",
    [
      .optional(
        "rolePath",
        .string("Path of the IAM roles that are made. Default: /cloudlinker/.").length(1...512)
          .rule(pathRule.expression, pathRule.message)
      ),
      .optional(
        "permissionsBoundaryARN",
        .string("A policy that limits every role that the operator makes.").length(1...512)
          .rule(boundaryRule.expression, boundaryRule.message)
      ),
      .optional("clusterRoleARN", role("A role for the control plane. Left out: one is made.")),
      .optional("nodeRoleARN", role("A role for the nodes of the node pools. Left out: one is made.")),
      .optional(
        "autoMode",
        .boolean(
          """
          true: EKS Auto Mode adds and removes nodes of its built-in pools general-purpose and system as pods need them, \
          and nodePools may be empty. Switching it off terminates these nodes once the node pools are ready. Default: false.
          """
        )
      ),
      .optional(
        "autoModeNodeRoleARN",
        role("A role for the nodes of Auto Mode. Cannot be changed while that is on. Left out: one is made.")
      ),
    ]
  ).rule(autoModeRule.expression, autoModeRule.message).rule(nodeRolesRule.expression, nodeRolesRule.message)
}

extension PrivateClusterSpec.GCPOptions: SchemaDescribing {
  public static let schema = Schema.object(
    "Settings that only Google Cloud has.",
    [
      .required(
        "nodeServiceAccount",
        .string("Mail address of the service account that nodes run as. Never made by the operator.")
          .length(3...254).matching(Lexical.email)
      ),
      .optional(
        "channel",
        .enumeration("The release channel, which decides about patches. Default: Regular.", ReleaseChannel.self)
      ),
      .optional(
        "fleetProject",
        .string("Id of the project whose fleet grants access. Left out: the operator grants none.")
          .length(6...63).matching(Lexical.serviceName)
      ),
    ]
  )
}

extension PrivateClusterSpec.AzureOptions: SchemaDescribing {
  static let identityRule = Schema.Rule(
    "self.matches('\(Lexical.azureIdentity)')",
    "must be the resource id of a user-assigned identity (Microsoft.ManagedIdentity/userAssignedIdentities)"
  )
  static let workspaceRule = Schema.Rule(
    "self.matches('\(Lexical.azureWorkspace)')",
    "must be the resource id of a Log Analytics workspace (Microsoft.OperationalInsights/workspaces)"
  )
  public static let schema = Schema.object(
    "Settings that only Azure has.",
    [
      .optional(
        "identityID",
        .string("Id of a user-assigned identity for the control plane. Left out: one is made.").length(1...1024)
          .rule(identityRule.expression, identityRule.message)
      ),
      .optional(
        "logWorkspaceID",
        .string("Id of the Log Analytics workspace that logging goes to.").length(1...1024)
          .rule(workspaceRule.expression, workspaceRule.message)
      ),
    ]
  )
}
