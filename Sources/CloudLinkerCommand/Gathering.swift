internal import CloudLinkerAPI
internal import FoundationEssentials
internal import Foundations
internal import Kubernetes

/// Collects into files what is needed to find a fault. It reads no content of a Secret: the statuses tell which Secrets
/// and keys are missing, by name.
struct Gathering {
  let session: Session

  /// Contents by file name.
  func files() async -> [String: String] {
    var files: [String: String] = [:]
    for type in EnvironmentKinds.all {
      files["\(type.resourceType.plural).json"] = await guarded(type)
    }
    for (name, namespace) in [
      ("environment", session.namespace), ("operator", session.invocation.operatorNamespace),
      ("gateways", session.invocation.gatewayNamespace),
    ] {
      files["events-\(name).json"] = await guarded { () async throws(KubernetesError) in try await events(namespace) }
    }
    files["doctor.json"] = Self.encode(await Doctor(session: session).run())
    let labels = "app.kubernetes.io/name=\(CloudLinker.fieldManager)"
    await addLogs(session.invocation.operatorNamespace, labels, to: &files)
    let own = "\(GatewayLabels.namespace)=\(GatewayLabels.value(session.namespace))"
    await addLogs(session.invocation.gatewayNamespace, own, to: &files)
    return files
  }

  private func guarded<Object: EnvironmentObject>(_ type: Object.Type) async -> String {
    await guarded { () async throws(KubernetesError) in try await json(type) }
  }

  private func json<Object: EnvironmentObject>(_ type: Object.Type) async throws(KubernetesError) -> String {
    Self.encode(try await session.list(type, in: session.scope))
  }

  private func events(_ namespace: String) async throws(KubernetesError) -> String {
    let events = try await session.list(CoreEvent.self, in: namespace)
    return Self.encode(
      events.filter { $0.source?.component?.hasPrefix(CloudLinker.group) == true || $0.type == "Warning" }
    )
  }

  private func addLogs(_ namespace: String, _ labels: String, to files: inout [String: String]) async {
    do {
      for pod in try await session.list(Pod.self, in: namespace, labels: labels) {
        files["\(pod.key.name).log"] = await guarded { () async throws(KubernetesError) in
          try await session.server.log(of: pod.key, container: nil, tail: session.invocation.tail)
        }
      }
    } catch {
      files["pods-of-\(namespace).error"] = error.message + "\n"
    }
  }

  private func guarded(_ read: () async throws(KubernetesError) -> String) async -> String {
    do { return try await read() } catch { return "not read: \(error.message)\n" }
  }

  static func encode(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else { return "{}\n" }
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}
