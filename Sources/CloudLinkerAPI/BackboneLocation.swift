internal import Foundations
internal import Kubernetes

extension BackboneStatus {
  /// Where a Backbone's network is. It is recorded as soon as a part of the network exists, because a network cannot
  /// move: with another project, subscription or account the operator would look in the wrong place and not find it.
  public struct Location: Codable, Sendable, Hashable {
    public var provider: CloudProvider
    public var region: String
    public var cidr: String
    /// The AWS account, Google Cloud project or Azure subscription; nil while it is not known.
    public var account: String?
    /// Azure: the user-supplied resource group; nil if the operator makes one.
    public var resourceGroup: String?
    /// The adopted network; nil if the operator makes one.
    public var existingNetworkID: String?

    /// - Parameter account: the AWS account, once the cloud has named it. Other providers' accounts stand in the spec.
    public init(_ spec: BackboneSpec, account: String?) {
      provider = spec.provider
      region = spec.region
      cidr = spec.network.cidr
      self.account = spec.account ?? account
      resourceGroup = spec.azure?.resourceGroup
      existingNetworkID = spec.network.existing?.id
    }
  }
}

extension BackboneSpec {
  /// The account according to the spec: the project, the subscription, or the account of the role. Nil if only the
  /// credentials determine it.
  public var account: String? {
    switch provider {
    case .gcp: gcp?.project
    case .azure: azure?.subscriptionID.lowercased()
    case .aws: aws?.assumeRoleARN.flatMap(Self.account(ofRole:))
    default: nil
    }
  }

  /// The account in a role's ARN: `123456789012` in `arn:aws:iam::123456789012:role/backbone`.
  public static func account(ofRole arn: String) -> String? {
    let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count > 4 && !parts[4].isEmpty ? String(parts[4]) : nil
  }

  /// The spec with the network's recorded location, so that the network is found and deleted where it is.
  public func located(at location: BackboneStatus.Location?) -> BackboneSpec {
    guard let location else { return self }
    var spec = self
    spec.provider = location.provider
    spec.region = location.region
    spec.network.cidr = location.cidr
    spec.network.existing = location.existingNetworkID.map { ExistingNetwork(id: $0) }
    switch (location.provider, location.account) {
    case (.gcp, let project?): spec.gcp = GCPOptions(project: project)
    case (.azure, let subscription?):
      spec.azure = AzureOptions(subscriptionID: subscription, resourceGroup: location.resourceGroup)
    default: break
    }
    return spec
  }
}

extension Backbone {
  private static let hasLocation = "has(oldSelf.status) && has(oldSelf.status.location)"
  private static let sameProject =
    "!has(oldSelf.spec.gcp) || !has(self.spec.gcp) || self.spec.gcp.project == oldSelf.spec.gcp.project"
  private static let sameGroup =
    "!has(oldSelf.spec.azure) || !has(self.spec.azure) || "
    + "self.spec.azure.subscriptionID == oldSelf.spec.azure.subscriptionID && "
    + "has(self.spec.azure.resourceGroup) == has(oldSelf.spec.azure.resourceGroup) && "
    + "(!has(self.spec.azure.resourceGroup) || self.spec.azure.resourceGroup == oldSelf.spec.azure.resourceGroup)"
  private static let sameAccount =
    "!has(oldSelf.spec.aws) || !has(self.spec.aws) || !has(oldSelf.spec.aws.assumeRoleARN) || "
    + "!has(self.spec.aws.assumeRoleARN) || "
    + "self.spec.aws.assumeRoleARN.split(':')[4] == oldSelf.spec.aws.assumeRoleARN.split(':')[4]"
  private static let sameNetwork =
    "has(self.spec.network.existing) == has(oldSelf.spec.network.existing) && "
    + "(!has(self.spec.network.existing) || self.spec.network.existing.id == oldSelf.spec.network.existing.id)"

  static let locationRule = Schema.Rule(
    "!(\(hasLocation)) || (\(sameProject)) && (\(sameGroup)) && (\(sameAccount)) && (\(sameNetwork))",
    "once the network exists, gcp.project, azure, the account of aws.assumeRoleARN and network.existing cannot be "
      + "changed: create another Backbone in another namespace"
  )
}

extension BackboneStatus.Location {
  /// Checks the rules about what cannot change, for API servers that do not know them.
  func check(_ spec: BackboneSpec, _ checker: inout FieldChecker) {
    func check(_ field: String, _ found: String?, _ known: String?) {
      guard found != known else { return }
      checker.refuse(
        "spec.\(field)",
        found ?? "nothing",
        "the network of this Backbone exists with \(known ?? "nothing") here and cannot move: restore the field, or create "
          + "another Backbone in another namespace"
      )
    }
    check("provider", spec.provider.rawValue, provider.rawValue)
    guard spec.provider == provider else { return }
    check("region", spec.region, region)
    check("network.cidr", spec.network.cidr, cidr)
    check("network.existing.id", spec.network.existing?.id, existingNetworkID)
    check("azure.resourceGroup", spec.azure?.resourceGroup, resourceGroup)
    guard let account, let found = spec.account else { return }
    let field =
      switch provider {
      case .gcp: "gcp.project"
      case .azure: "azure.subscriptionID"
      default: "aws.assumeRoleARN"
      }
    check(field, found, account)
  }
}

extension BackboneStatus.Location: SchemaDescribing {
  public static let schema = Schema.object(
    "Where the network is. Recorded once something of it exists; the spec cannot name another place then.",
    [
      .required("provider", .string("The cloud.").length(0...63)),
      .required("region", .string("The region.").length(0...63)),
      .required("cidr", .string("The range.").length(0...18)),
      .optional("account", .string("AWS account, Google Cloud project or Azure subscription.").length(0...63)),
      .optional("resourceGroup", .string("Azure: your resource group.").length(0...90)),
      .optional("existingNetworkID", .string("Id of the adopted network.").length(0...512)),
    ]
  )
}
