internal import Foundations
internal import Kubernetes

extension TwingateSpec.Connectors {
  /// 0: never. Nil if it is not given, or cannot be read (`validate()` names it).
  public var updateHours: Int? {
    guard let updateEvery else { return nil }
    return ["0s", "0h"].contains(updateEvery) ? 0 : TwingateSpec.hours(updateEvery, in: 1...8760)
  }

  func check(_ checker: inout FieldChecker, _ path: String) {
    checker.range(count, "\(path).count", TwingateSpec.connectorRange)
    checker.length(image, "\(path).image", 1...255)
    checker.spelled(image, "\(path).image", "must be an image, such as twingate/connector:1", Spelling.isImage)
    if let className { checker.objectName(className, "\(path).className") }
    checker.spelled(updateEvery, "\(path).updateEvery", "must be hours from 1h to 8760h, or 0s for never") { _ in
      updateHours != nil
    }
    checker.range(logLevel, "\(path).logLevel", -1...7)
    let labels = labels ?? [:]
    checker.count(labels.count, "\(path).labels", 0...16)
    for (name, value) in labels.sorted(by: { $0.key < $1.key }) {
      checker.check(Spelling.isVariableName(name), Self.labelRule, at: "\(path).labels", name)
      checker.length(value, "\(path).labels.\(name)", 0...63)
      checker.spelled(value, "\(path).labels.\(name)", "must be one line") { text in
        text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
      }
    }
    if let backboneRef { checker.objectName(backboneRef.name, "\(path).backboneRef.name") }
    checker.spelled(
      aws?.instanceType,
      "\(path).aws.instanceType",
      "must be a type such as t3a.micro",
      Spelling.isInstanceType
    )
    checker.spelled(aws?.imageID, "\(path).aws.imageID", "must be an id such as ami-0123456789abcdef0") {
      Spelling.isAWSID($0, prefix: "ami-")
    }
    checker.spelled(
      aws?.instanceProfile,
      "\(path).aws.instanceProfile",
      "must be the name of an instance profile",
      Spelling.isInstanceProfile
    )
    checker.spelled(
      gcp?.machineType,
      "\(path).gcp.machineType",
      "must be a type such as e2-small",
      Spelling.isMachineType
    )
    if let registry = azure?.registrySecretRef {
      checker.objectName(registry.name, "\(path).azure.registrySecretRef.name")
      checker.secretKey(registry.usernameKey, "\(path).azure.registrySecretRef.usernameKey")
      checker.secretKey(registry.passwordKey, "\(path).azure.registrySecretRef.passwordKey")
    }
    let hasMachines = aws != nil || gcp != nil || azure != nil
    checker.check(!hasMachines || backboneRef != nil, Self.machineRule, at: path)
  }
}
