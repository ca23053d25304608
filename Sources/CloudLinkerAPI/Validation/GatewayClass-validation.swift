internal import Foundations
internal import Kubernetes

extension GatewayClass {
  /// Labels that select a connection's pods. A class that changed one would remove the pods from their Service.
  static let reservedLabels: Set<String> = ["app.kubernetes.io/name", "app.kubernetes.io/managed-by"]

  /// Whether a class can have this name in `spec.gateway.className`.
  public static func isName(_ text: String) -> Bool { Spelling.isDNSLabel(text) }

  /// What is wrong with the class; empty when gateways can run by it.
  public func validate() -> [FieldError] {
    var checker = FieldChecker()
    checker.spelled(image, "image", "must be an image, without spaces, of at most 512 characters") { image in
      (1...512).contains(image.unicodeScalars.count) && !image.utf8.contains { " \t\r\n".utf8.contains($0) }
    }
    let pullSecrets = imagePullSecrets ?? []
    checker.count(pullSecrets.count, "imagePullSecrets", 0...Self.maximumPullSecrets)
    checker.unique(pullSecrets.map(\.name), "imagePullSecrets", field: ".name", "listed twice")
    for (index, secret) in pullSecrets.enumerated() {
      checker.objectName(secret.name, "imagePullSecrets[\(index)].name")
    }
    if let priorityClassName { checker.objectName(priorityClassName, "priorityClassName") }
    checkTolerations(&checker)
    checkEntries(nodeSelector, "nodeSelector", &checker) { $2.labelValue($0, $1) }
    checkEntries(labels, "labels", &checker) { $2.labelValue($0, $1) }
    checkEntries(annotations, "annotations", &checker) { $2.length($0, $1, 0...4096) }
    checkReserved(labels, "labels", &checker)
    checkReserved(annotations, "annotations", &checker)
    if let affinity { checker.check(affinity.isObject, "affinity", "must be an object, as in a Pod's spec.affinity") }
    security?.check(&checker)
    resources?.check("resources", &checker)
    connectorResources?.check("connectorResources", &checker)
    checker.quantities(maximumResources, "maximumResources")
    checker.range(maximumDrainSeconds, "maximumDrainSeconds", GatewaySpec.drainRange)
    return checker.errors
  }

  private func checkTolerations(_ checker: inout FieldChecker) {
    checker.count(tolerations?.count, "tolerations", 0...Self.maximumTolerations)
    for (index, toleration) in (tolerations ?? []).enumerated() {
      let path = "tolerations[\(index)]"
      checker.length(toleration.key, "\(path).key", 0...317)
      checker.oneOf(toleration.operator, "\(path).operator", Toleration.operators)
      checker.labelValue(toleration.value, "\(path).value")
      checker.oneOf(toleration.effect, "\(path).effect", Toleration.effects)
    }
  }

  private func checkEntries(
    _ entries: [String: String]?,
    _ path: String,
    _ checker: inout FieldChecker,
    value check: (String, String, inout FieldChecker) -> Void
  ) {
    guard let entries else { return }
    checker.count(entries.count, path, 0...Self.maximumEntries)
    for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
      checker.spelled(key, path, "is not a key: letters, digits, '-', '_' and '.', after an optional prefix and '/'") {
        Spelling.isQualifiedName($0)
      }
      check(value, "\(path).\(key)", &checker)
    }
  }

  private func checkReserved(_ entries: [String: String]?, _ path: String, _ checker: inout FieldChecker) {
    for key in (entries ?? [:]).keys.sorted()
    where key.hasPrefix("cloudlinker.dev/") || Self.reservedLabels.contains(key) {
      checker.refuse("\(path).\(key)", nil, "is set by the operator: remove it")
    }
  }
}

extension GatewayClass.Security {
  fileprivate func check(_ checker: inout FieldChecker) {
    if let profile = seccompProfile {
      let path = "security.seccompProfile"
      checker.oneOf(profile.type, "\(path).type", SecurityContext.SeccompProfile.types)
      checker.length(profile.localhostProfile, "\(path).localhostProfile", 1...512)
      checker.spelled(
        profile.localhostProfile,
        "\(path).localhostProfile",
        "must be a path below the kubelet's seccomp folder"
      ) { text in
        !text.hasPrefix("/") && !text.split(separator: "/").contains("..")
      }
      checker.check(
        (profile.type == "Localhost") == (profile.localhostProfile != nil),
        path,
        "localhostProfile is required with type Localhost, and is only allowed with that type"
      )
    }
    for (field, value) in [
      ("user", seLinuxOptions?.user), ("role", seLinuxOptions?.role), ("type", seLinuxOptions?.type),
      ("level", seLinuxOptions?.level),
    ] {
      checker.length(value, "security.seLinuxOptions.\(field)", 1...256)
    }
  }
}

extension FieldChecker {
  fileprivate mutating func check(_ holds: Bool, _ path: String, _ message: String) {
    if !holds { refuse(path, nil, message) }
  }
}

extension JSONValue {
  fileprivate var isObject: Bool { if case .object = self { true } else { false } }
}
