internal import Cloud
internal import CloudLinkerAPI
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes
internal import Twingate
internal import TwingateResources

extension TwingateBackend {
  /// Gathers what the cluster knows about a connection.
  func gather(_ connection: VPNConnection, _ spec: TwingateSpec) async throws(Obstacle) -> TwingateFacts {
    let key = connection.key
    var facts = TwingateFacts(
      connection: connection,
      spec: spec,
      cluster: try await mark(connection),
      defaults: defaults,
      now: time.timestamp
    )
    facts.live = caches.live(of: key)
    facts.claims = TwingateFacts.claims(
      connections.tenantMates(of: connection),
      against: connection,
      exposed.exposed,
      clusterDomain: defaults.clusterDomain
    )
    facts.keySecrets = KeySecrets(connection, spec, secretMetadata)
    facts.exposed = exposed.exposed(by: key)
    facts.rivals = connections.twingateRivals(of: connection)
    facts.neighbours = connections.neighbours(of: connection)
    facts.merged = facts.merge()
    facts.gatewayClass = classes.catalog.lookup(connection.spec.gatewayClassName)
    facts.limits = limits
    facts.allowedImages = settings.allowedImages
    let (name, registry) = (spec.apiTokenSecretRef.name, spec.connectors?.azure?.registrySecretRef?.name)
    do throws(KubernetesError) {
      let found = try await secrets.read(Set([name, registry].compactMap { $0 }), for: key)
      facts.hasSecret = found[name] != nil
      facts.token = found[name]?[spec.tokenKey].flatMap(Self.token)
      facts.registry = registry.flatMap { found[$0] }
      if facts.token == nil, connection.isBeingDeleted { facts.token = try await keptToken(facts) }
    } catch {
      throw Obstacle(attempt: "read the Secrets that \(key) names", error: error)
    }
    return facts
  }

  /// Reads one line; a newline at the end of the file does not belong to it.
  private static func token(_ bytes: [UInt8]) -> SecretText? {
    guard let text = String(validating: bytes, as: UTF8.self)?.trimmed, !text.isEmpty,
      text.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else { return nil }
    return SecretText(text)
  }

  private func keptToken(_ facts: TwingateFacts) async throws(KubernetesError) -> SecretText? {
    let key = ObjectKey(namespace: defaults.namespace, name: facts.objects.tokenName)
    do {
      let secret = try await client.get(Secret.self, key)
      return SecretReader.decode(secret.data ?? [:])[TwingateSpec.defaultTokenKey].flatMap(Self.token)
    } catch  where error.kind == .notFound {
      return nil
    }
  }

  /// The mark of this cluster: the UID of kube-system, or of the connection's own namespace if the operator may read no
  /// other. Once it is in the status it stays, because resources bear it.
  private func mark(_ connection: VPNConnection) async throws(Obstacle) -> String {
    if let known = connection.status?.twingate?.ledger?.cluster { return known }
    if let known = cluster.withLock({ $0 }) { return known }
    do throws(KubernetesError) {
      let uid = try await uid(of: "kube-system", else: connection.key.namespace)
      cluster.withLock { $0 = uid }
      return uid
    } catch {
      throw Obstacle(attempt: "read Namespace kube-system", error: error)
    }
  }

  private func uid(of namespace: String, else other: String) async throws(KubernetesError) -> String {
    do {
      return try await client.get(Namespace.self, ObjectKey(namespace: "", name: namespace)).metadata.uid ?? ""
    } catch  where error.kind == .forbidden || error.kind == .notFound {
      return try await client.get(Namespace.self, ObjectKey(namespace: "", name: other)).metadata.uid ?? ""
    }
  }
}

extension String {
  /// Without blanks and newlines at either end.
  var trimmed: String {
    let rest = drop { $0.isWhitespace || $0.isNewline }
    return String(rest.reversed().drop { $0.isWhitespace || $0.isNewline }.reversed())
  }
}
