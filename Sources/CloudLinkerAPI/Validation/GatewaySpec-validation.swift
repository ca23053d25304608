internal import Foundations
internal import Kubernetes

extension GatewaySpec {
  func check(_ checker: inout FieldChecker) {
    let path = "spec.gateway"
    checker.spelled(image, "\(path).image", "must be an image, without spaces, of at most 512 characters") { image in
      (1...512).contains(image.unicodeScalars.count) && !image.utf8.contains { " \t\r\n".utf8.contains($0) }
    }
    let pullSecrets = imagePullSecrets ?? []
    checker.count(pullSecrets.count, "\(path).imagePullSecrets", 0...Self.maximumPullSecrets)
    checker.unique(pullSecrets.map(\.name), "\(path).imagePullSecrets", field: ".name", "listed twice")
    for (index, secret) in pullSecrets.enumerated() {
      checker.objectName(secret.name, "\(path).imagePullSecrets[\(index)].name")
    }
    Self.checkAmounts(resources?.limits, "\(path).resources.limits", &checker)
    Self.checkAmounts(resources?.requests, "\(path).resources.requests", &checker)
    if let priorityClassName { checker.objectName(priorityClassName, "\(path).priorityClassName") }

    checker.count(tolerations?.count, "\(path).tolerations", 0...Self.maximumTolerations)
    for (index, toleration) in (tolerations ?? []).enumerated() {
      let at = "\(path).tolerations[\(index)]"
      checker.length(toleration.key, "\(at).key", 0...317)
      checker.oneOf(toleration.operator, "\(at).operator", Toleration.operators)
      checker.labelValue(toleration.value, "\(at).value")
      checker.oneOf(toleration.effect, "\(at).effect", Toleration.effects)
    }

    checkEntries(nodeSelector, "\(path).nodeSelector", areReserved: false, &checker) { value, at, checker in
      checker.labelValue(value, at)
    }
    checkEntries(labels, "\(path).labels", areReserved: true, &checker) { value, at, checker in
      checker.labelValue(value, at)
    }
    checkEntries(annotations, "\(path).annotations", areReserved: true, &checker) { value, at, checker in
      checker.length(value, at, 0...4096)
    }
    checkSecurity(&checker)
  }

  private func checkSecurity(_ checker: inout FieldChecker) {
    let path = "spec.gateway.security"
    if let profile = security?.seccompProfile {
      checker.oneOf(profile.type, "\(path).seccompProfile.type", SecurityContext.SeccompProfile.types)
      checker.length(profile.localhostProfile, "\(path).seccompProfile.localhostProfile", 1...512)
      checker.check(
        (profile.type == "Localhost") == (profile.localhostProfile != nil),
        SecurityContext.SeccompProfile.localhostRule,
        at: "\(path).seccompProfile"
      )
    }
    let options = security?.seLinuxOptions
    for (field, value) in [
      ("user", options?.user), ("role", options?.role), ("type", options?.type), ("level", options?.level),
    ] {
      checker.length(value, "\(path).seLinuxOptions.\(field)", 1...256)
    }
  }

  private static func checkAmounts(_ amounts: [String: JSONValue]?, _ path: String, _ checker: inout FieldChecker) {
    guard let amounts else { return }
    checker.count(amounts.count, path, 0...maximumEntries)
    for (name, amount) in amounts.sorted(by: { $0.key < $1.key }) {
      switch amount {
      case .int: break
      case .string(let text) where Spelling.isQuantity(text): break
      case .string(let text):
        checker.refuse("\(path).\(name)", text, "must be a quantity, such as 100m, 0.5 or 64Mi")
      default: checker.refuse("\(path).\(name)", nil, "must be a quantity, such as 100m, 0.5 or 64Mi")
      }
    }
  }

  private func checkEntries(
    _ entries: [String: String]?,
    _ path: String,
    areReserved: Bool,
    _ checker: inout FieldChecker,
    value check: (String, String, inout FieldChecker) -> Void
  ) {
    guard let entries else { return }
    checker.count(entries.count, path, 0...Self.maximumEntries)
    if areReserved, let key = entries.keys.sorted().first(where: { $0.hasPrefix("cloudlinker.dev/") }) {
      checker.check(false, Self.reservedKeyRule, at: path, key)
    }
    for (key, value) in entries.sorted(by: { $0.key < $1.key }) { check(value, "\(path).\(key)", &checker) }
  }
}
