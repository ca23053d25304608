internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// Looks for problems of an installation through the API server. Each check reads and judges on its own: one that may
/// not read something says so and hides nothing else.
struct Doctor {
  struct Finding: Encodable, Equatable {
    enum Grade: String, Encodable {
      case ok, warn, fail
    }
    var grade: Grade
    /// The finding, and for everything but `ok` the cure.
    var message: String
  }

  let session: Session

  func run() async -> [Finding] {
    var findings: [Finding] = []
    for check in [customResources, lead, operatorPods, gatewayNamespace, gatewayPods] {
      findings += await guarded(check)
    }
    for type in EnvironmentKinds.all { findings += await guarded(type) }
    return findings
  }

  private func guarded(_ check: () async throws(KubernetesError) -> [Finding]) async -> [Finding] {
    do {
      return try await check()
    } catch {
      return [Finding(grade: .warn, message: "not checked: \(error.message)")]
    }
  }

  private func guarded<Object: EnvironmentObject>(_ type: Object.Type) async -> [Finding] {
    await guarded { () async throws(KubernetesError) in try await objects(type) }
  }

  // MARK: Checks

  private func customResources() async throws(KubernetesError) -> [Finding] {
    let versions = try await session.server.versions(group: CloudLinker.group)
    guard versions.contains(CloudLinker.version) else {
      let found = versions.isEmpty ? "none" : versions.commas
      return [.fail("CRDs: \(CloudLinker.group)/\(CloudLinker.version) is not served (\(found) is): apply crds/")]
    }
    var missing: [String] = []
    for type in EnvironmentKinds.all where try await !session.server.serves(type.resourceType) {
      missing.append(type.kind)
    }
    guard missing.isEmpty else { return [.fail("CRDs: \(missing.commas) is not served: apply crds/")] }
    return [.ok("CRDs: every kind is served as \(CloudLinker.version)")]
  }

  private func lead() async throws(KubernetesError) -> [Finding] {
    let key = ObjectKey(namespace: session.invocation.operatorNamespace, name: CloudLinker.fieldManager)
    let lease: Lease
    do {
      lease = try await session.api.get(Lease.self, key)
    } catch  where error.kind == .notFound {
      return [
        .fail("leader: there is no Lease \(key), so no operator has ever led: is it installed in \(key.namespace)?")
      ]
    }
    guard let holder = lease.spec?.holderIdentity, !holder.isEmpty, let renewed = lease.spec?.renewTime else {
      return [.fail("leader: nobody holds the Lease \(key): look at the pods and the log of the operator")]
    }
    let age = session.time.timestamp.since(renewed.time)
    let limit = Duration.seconds(lease.spec?.leaseDurationSeconds ?? 15)
    let name = holder.split(separator: "_").first.map(String.init) ?? holder
    guard age <= limit + .seconds(5) else {
      return [
        .fail("leader: \(name) last renewed the Lease \(age.rounded) ago, so nobody leads: look at the operator's pods")
      ]
    }
    return [.ok("leader: \(name), Lease renewed \(max(.zero, age).rounded) ago")]
  }

  private func operatorPods() async throws(KubernetesError) -> [Finding] {
    let namespace = session.invocation.operatorNamespace
    let labels = "app.kubernetes.io/name=\(CloudLinker.fieldManager)"
    let pods = try await session.list(Pod.self, in: namespace, labels: labels)
    guard !pods.isEmpty else { return [.fail("operator: no pod with label \(labels) in namespace \(namespace)")] }
    return PodJudgement.findings(pods, what: "operator")
  }

  private func gatewayNamespace() async throws(KubernetesError) -> [Finding] {
    let name = session.invocation.gatewayNamespace
    let namespace: Namespace
    do {
      namespace = try await session.api.get(Namespace.self, ObjectKey(name: name))
    } catch  where error.kind == .notFound {
      return [.fail("gateways: namespace \(name) does not exist: apply the manifests again")]
    }
    if namespace.metadata.deletionTimestamp != nil {
      return [.fail("gateways: namespace \(name) is being deleted: every VPN is down until it is made again")]
    }
    let label = "pod-security.kubernetes.io/enforce"
    let level = namespace.metadata.labels?[label]
    guard level == nil || level == "privileged" else {
      return [
        .fail("gateways: label \(label)=\(level ?? "") of namespace \(name) forbids NET_ADMIN: set it to privileged")
      ]
    }
    return [.ok("gateways: namespace \(name) admits NET_ADMIN")]
  }

  private func gatewayPods() async throws(KubernetesError) -> [Finding] {
    let pods = try await session.list(
      Pod.self,
      in: session.invocation.gatewayNamespace,
      labels: GatewayLabels.connection
    )
    return PodJudgement.gatewayFindings(pods)
  }

  private func objects<Object: EnvironmentObject>(_ type: Object.Type) async throws(KubernetesError) -> [Finding] {
    let all = try await session.list(type, in: session.scope)
    let now = session.time.timestamp
    let findings = all.compactMap { ObjectJudgement.finding($0, now: now) }
    guard findings.isEmpty, !all.isEmpty else { return findings }
    return [.ok("\(type.kind): \(all.count) as specified")]
  }
}

extension Doctor.Finding {
  static func ok(_ message: String) -> Self { Self(grade: .ok, message: message) }
  static func warn(_ message: String) -> Self { Self(grade: .warn, message: message) }
  static func fail(_ message: String) -> Self { Self(grade: .fail, message: message) }
}

extension Duration {
  /// In whole seconds up to two minutes, then in minutes: `42 s`, `7 min`.
  var rounded: String {
    components.seconds < 120 ? "\(components.seconds) s" : "\(components.seconds / 60) min"
  }
}
