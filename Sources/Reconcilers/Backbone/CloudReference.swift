internal import CloudLinkerAPI

/// Something in a cloud account that the spec of an object names, with the path of the field that names it.
struct CloudReference: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    /// A network, an address, a key.
    case resource
    /// A role, an instance profile, a service account: whoever runs as it may do what it may.
    case identity
  }
  var field: String
  /// Empty: the field is left out.
  var value: String
  var kind: Kind

  init(_ field: String, _ value: String?, _ kind: Kind = .resource) {
    self.field = field
    self.value = value ?? ""
    self.kind = kind
  }
}

extension BackboneSpec {
  /// The resources that the user made and that the Backbone uses.
  var existingResources: [CloudReference] {
    func all(_ field: String, _ ids: [String?]?) -> [CloudReference] {
      (ids ?? []).enumerated().compactMap { index, id in
        id.map { CloudReference("spec." + field.replacing("#", with: "\(index)"), $0) }
      }
    }
    return all("network.existing.id", [network.existing?.id])
      + all("network.subnets[#].existingID", network.subnets?.map(\.existingID))
      + all("egress.existingAddressIDs[#]", egress?.existingAddressIDs)
      + all("egress.existingNATGatewayIDs[#]", egress?.existingNATGatewayIDs)
      + (provider == .azure ? all("privateServices[#]", privateServices) : [])
  }
}

extension PrivateClusterSpec {
  /// What the cluster uses besides its Backbone. A key in AWS has a policy of its own.
  var cloudReferences: [CloudReference] {
    [
      CloudReference("spec.aws.clusterRoleARN", aws?.clusterRoleARN, .identity),
      CloudReference("spec.aws.nodeRoleARN", aws?.nodeRoleARN, .identity),
      CloudReference("spec.aws.autoModeNodeRoleARN", aws?.autoModeNodeRoleARN, .identity),
      CloudReference("spec.gcp.nodeServiceAccount", gcp?.nodeServiceAccount, .identity),
      CloudReference("spec.gcp.fleetProject", gcp?.fleetProject.map { "projects/\($0)" }),
      CloudReference("spec.azure.identityID", azure?.identityID, .identity),
      CloudReference("spec.azure.logWorkspaceID", azure?.logWorkspaceID),
      CloudReference("spec.encryption.secretsKey", gcp == nil ? nil : encryption?.secretsKey),
    ].filter { !$0.value.isEmpty }
  }
}

extension TwingateSpec.Connectors {
  /// What machines of connectors use besides their Backbone.
  var cloudReferences: [CloudReference] {
    [CloudReference("spec.twingate.connectors.aws.instanceProfile", aws?.instanceProfile, .identity)]
      .filter { !$0.value.isEmpty }
  }
}
