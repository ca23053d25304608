internal import Foundations
internal import Kubernetes

extension PrivateCluster {
  /// What is wrong with the spec, by the rules of its schema; empty when the operator may act on it.
  public func validate() -> [FieldError] {
    var checker = FieldChecker()
    checker.labelledName(key.name)
    spec.check(&checker)
    return checker.errors
  }
}

extension PrivateClusterSpec {
  func check(_ checker: inout FieldChecker) {
    checker.objectName(backboneRef.name, "spec.backboneRef.name", atMost: VPNConnection.maximumNameLength)
    checker.check(Spelling.isMinor(version), Self.versionRule, at: "spec.version", version)
    checker.count(subnets?.count, "spec.subnets", 1...BackboneSpec.maximumSubnets)
    checker.unique(subnets ?? [], "spec.subnets", "listed twice")
    for (index, name) in (subnets ?? []).enumerated() { checker.dnsLabel(name, "spec.subnets[\(index)]") }
    checker.count(nodePools.count, "spec.nodePools", 0...Self.maximumPools)
    checker.check(!nodePools.isEmpty || isAuto, Self.poolsRule, at: "spec")
    checker.unique(nodePools.map(\.name), "spec.nodePools", field: ".name", "two pools have this name")
    for (index, pool) in nodePools.enumerated() { pool.check("spec.nodePools[\(index)]", &checker) }
    checker.count(access?.count, "spec.access", 0...Self.maximumAccess)
    for (index, access) in (access ?? []).enumerated() { access.check("spec.access[\(index)]", &checker) }
    checkNetwork(&checker)
    checker.length(encryption?.secretsKey, "spec.encryption.secretsKey", 1...512)
    checker.unique((logging ?? []).map(\.rawValue), "spec.logging", "listed twice")
    for (index, log) in (logging ?? []).enumerated() { checker.known(log, "spec.logging[\(index)]") }
    checkAddOns(&checker)
    checker.known(deletionPolicy, "spec.deletionPolicy")
    let given = [aws != nil, gcp != nil, azure != nil].filter { $0 }
    checker.check(given.count <= 1, Self.providerRule, at: "spec")
    let hasPlace = azure == nil || logging?.isEmpty != false || azure?.logWorkspaceID != nil
    checker.check(hasPlace, Self.loggingRule, at: "spec")
    aws?.check(&checker)
    gcp?.check(&checker)
    azure?.check(&checker)
  }

  private func checkNetwork(_ checker: inout FieldChecker) {
    for (field, text) in [("pods", network?.pods), ("services", network?.services)] {
      guard let text else { continue }
      let path = "spec.network.\(field)"
      guard let range = IPv4Network.checked(text, path, Network.rangeRule, &checker) else { continue }
      let isPrivate = BackboneSpec.Network.privateRanges.contains { $0.contains(range) }
      checker.check(isPrivate && (10...24).contains(range.prefixLength), Network.rangeRule, at: path, text)
    }
  }

  private func checkAddOns(_ checker: inout FieldChecker) {
    checker.count(addons?.count, "spec.addons", 0...Self.maximumAddOns)
    checker.unique((addons ?? []).map(\.name), "spec.addons", field: ".name", "listed twice")
    for (index, addOn) in (addons ?? []).enumerated() {
      let path = "spec.addons[\(index)]"
      let message = "must be an add-on's name: 1 to 100 lower-case letters, digits, '-' and '_'"
      checker.spelled(addOn.name, "\(path).name", message, Spelling.isAddOnName)
      checker.length(addOn.version, "\(path).version", 1...64)
      guard let configuration = addOn.configuration else { continue }
      if case .object = configuration { continue }
      checker.refuse("\(path).configuration", nil, "must be an object")
    }
  }
}

extension PrivateClusterSpec.NodePool {
  func check(_ path: String, _ checker: inout FieldChecker) {
    let words =
      "must have 1 to \(Self.maximumNameLength) lower-case letters, digits and '-', begin with a letter and not end with '-'"
    checker.spelled(name, "\(path).name", words) {
      $0.utf8.count <= Self.maximumNameLength && Spelling.isServiceName($0)
    }
    let type = "must be a machine type of 1 to 64 letters, digits, '-', '_' and '.', such as m6i.large"
    checker.spelled(machineType, "\(path).machineType", type, Spelling.isClusterMachineType)
    checker.range(minSize, "\(path).minSize", 0...PrivateClusterSpec.maximumNodes)
    checker.range(maxSize, "\(path).maxSize", 1...PrivateClusterSpec.maximumNodes)
    checker.check(minSize <= maxSize, Self.sizeRule, at: path)
    checker.range(diskGiB, "\(path).diskGiB", 20...16_384)
    checker.count(zones?.count, "\(path).zones", 1...BackboneSpec.maximumZones)
    checker.unique(zones ?? [], "\(path).zones", "listed twice")
    for (index, zone) in (zones ?? []).enumerated() { checker.dnsLabel(zone, "\(path).zones[\(index)]") }
    checker.count(labels?.count, "\(path).labels", 0...PrivateClusterSpec.maximumLabels)
    for (key, value) in (labels ?? [:]).sorted(by: { $0.key < $1.key }) {
      let isTheirs = !key.hasPrefix("cloudlinker.dev/") && Spelling.isQualifiedName(key)
      checker.check(isTheirs && Spelling.isLabelValue(value), Self.labelsRule, at: "\(path).labels", key)
    }
    checker.count(taints?.count, "\(path).taints", 0...PrivateClusterSpec.maximumLabels)
    for (index, taint) in (taints ?? []).enumerated() {
      let path = "\(path).taints[\(index)]"
      checker.spelled(taint.key, "\(path).key", "must be the key of a label") {
        $0.utf8.count <= 63 && Spelling.isQualifiedName($0)
      }
      checker.labelValue(taint.value, "\(path).value")
      checker.known(taint.effect, "\(path).effect")
    }
    checker.range(upgrade?.maxUnavailable, "\(path).upgrade.maxUnavailable", 1...100)
  }
}

extension PrivateClusterSpec.Access {
  func check(_ path: String, _ checker: inout FieldChecker) {
    checker.known(role, "\(path).role")
    checker.check(role != .clusterAdmin || (namespaces ?? []).isEmpty, Self.namespacesRule, at: path)
    checker.count(namespaces?.count, "\(path).namespaces", 0...32)
    checker.unique(namespaces ?? [], "\(path).namespaces", "listed twice")
    for (index, name) in (namespaces ?? []).enumerated() { checker.dnsLabel(name, "\(path).namespaces[\(index)]") }
    principal.check("\(path).principal", &checker)
    guard let vpn else { return }
    checker.objectName(
      vpn.connectionRef.name,
      "\(path).vpn.connectionRef.name",
      atMost: VPNConnection.maximumNameLength
    )
    checker.length(vpn.group, "\(path).vpn.group", TwingateSpec.nameLength)
  }
}

extension PrivateClusterSpec.Principal {
  func check(_ path: String, _ checker: inout FieldChecker) {
    let given = [roleARN, group, user, serviceAccount, objectID].compactMap { $0 }
    checker.check(given.count == 1, Self.oneRule, at: path)
    checker.check((type != nil) == (objectID != nil), Self.typeRule, at: path)
    if let roleARN { checker.check(Spelling.isRoleARN(roleARN), Self.roleRule, at: "\(path).roleARN", roleARN) }
    for (field, mail) in [("group", group), ("user", user), ("serviceAccount", serviceAccount)] {
      checker.mail(mail, "\(path).\(field)")
    }
    checker.spelled(objectID, "\(path).objectID", "must be an object's id in Entra ID", Spelling.isUUID)
    checker.known(type, "\(path).type")
  }
}

extension PrivateClusterSpec.AWSOptions {
  func check(_ checker: inout FieldChecker) {
    let path = "spec.aws"
    if let rolePath { checker.check(Spelling.isRolePath(rolePath), Self.pathRule, at: "\(path).rolePath", rolePath) }
    if let arn = permissionsBoundaryARN {
      checker.check(Spelling.isPolicyARN(arn), Self.boundaryRule, at: "\(path).permissionsBoundaryARN", arn)
    }
    let role = autoModeNodeRoleARN
    checker.check(role == nil || autoMode == true, Self.autoModeRule, at: path)
    checker.check(role == nil || role != nodeRoleARN, Self.nodeRolesRule, at: path)
    let roles = [
      ("clusterRoleARN", clusterRoleARN), ("nodeRoleARN", nodeRoleARN), ("autoModeNodeRoleARN", autoModeNodeRoleARN),
    ]
    for (field, role) in roles {
      guard let role else { continue }
      checker.check(Spelling.isRoleARN(role), BackboneSpec.AWSOptions.roleRule, at: "\(path).\(field)", role)
    }
  }
}

extension PrivateClusterSpec.GCPOptions {
  func check(_ checker: inout FieldChecker) {
    checker.mail(nodeServiceAccount, "spec.gcp.nodeServiceAccount")
    checker.known(channel, "spec.gcp.channel")
    let words = "must be a project's id: 6 to 63 lower-case letters, digits and '-'"
    checker.spelled(fleetProject, "spec.gcp.fleetProject", words) { $0.utf8.count >= 6 && Spelling.isServiceName($0) }
  }
}

extension PrivateClusterSpec.AzureOptions {
  func check(_ checker: inout FieldChecker) {
    if let identityID {
      let isRight = Spelling.isAzureID(identityID, of: "Microsoft.ManagedIdentity/userAssignedIdentities")
      checker.check(isRight, Self.identityRule, at: "spec.azure.identityID", identityID)
    }
    if let logWorkspaceID {
      let isRight = Spelling.isAzureID(logWorkspaceID, of: "Microsoft.OperationalInsights/workspaces")
      checker.check(isRight, Self.workspaceRule, at: "spec.azure.logWorkspaceID", logWorkspaceID)
    }
  }
}

extension FieldChecker {
  fileprivate mutating func mail(_ text: String?, _ path: String) {
    spelled(text, path, "must be a mail address of 3 to 254 characters") {
      (3...254).contains($0.utf8.count) && Spelling.isEmail($0)
    }
  }
}
