internal import Cloud
internal import CloudLinkerAPI
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes
internal import Twingate
internal import TwingateResources

/// The result of a look.
struct TwingateSight: Sendable {
  var tenant: SharedTenant
  /// The host that holds the network.
  var shard: String
  var observed: ObservedTwingate
  var secrets: KeptSecrets
  /// Revisions of the tokens in the connectors' Secrets, by the connector's name.
  var revisions: [String: String]
  /// Since when a connector is known to be alive, by its name.
  var aliveSince: [String: Timestamp] = [:]

  /// The connectors of `slots`, as `observed` has them.
  func connectors(_ slots: [ConnectorSlot], in observed: ObservedTwingate) -> [ConnectorSight] {
    slots.map { slot in
      let name = slot.connector.name
      return ConnectorSight(
        key: slot.key,
        name: name,
        connector: observed.connectors.first { $0.name == name },
        revision: revisions[name],
        aliveSince: aliveSince[name]
      )
    }
  }
}

extension TwingateBackend {
  /// Looks at Twingate, at as little of it as will do.
  ///
  ///     everything           at first, after 10 min, when the spec asks for other things, after a failure, when asked to
  ///     the connectors       after 60 s; after 10 s while one is expected
  ///     nothing              otherwise
  func look(
    _ facts: TwingateFacts,
    _ hosted: any HostedConnectors,
    _ tenant: SharedTenant,
    _ note: inout TwingateNote
  ) async throws(CloudError) -> TwingateSight {
    let shard = try await tenant.client.shard()
    let wanted = facts.wanted
    let question = TwingateQuestion(wanted, ledger: note.ledger)
    let requestedAt = facts.connection.metadata.annotations?[CloudLinker.Annotation.requestedAt]
    let isNew = facts.connection.metadata.generation != facts.connection.status?.observedGeneration
    // If someone asks for a look, a list that is half a minute old will not do.
    let isAsked = note.lookedAt != nil && note.requestedAt != requestedAt
    let lane: Lane = isNew || isAsked ? .change : .look
    let now = time.now
    var observed: ObservedTwingate
    if let known = note.observed, note.question == question, note.requestedAt == requestedAt,
      let lookedAt = note.lookedAt, lookedAt.duration(to: now) < Self.period
    {
      observed = known
      let names = Set(wanted.connectors.map(\.name))
      let alive = known.connectors.count { names.contains($0.name) && $0.state == .alive }
      let isExpected = alive < names.count && !facts.connection.spec.isSuspended
      let age = note.heardAt.map { $0.duration(to: now) } ?? .seconds(3600)
      if age >= (isExpected ? Self.expectation : Self.pulse) * 0.9 {
        observed.connectors = try await tenant.connectors(
          youngerThan: (isExpected ? Self.expectation : Self.pulse) / 2,
          lane: lane
        )
        note.heardAt = now
      }
    } else {
      observed = try await lookAtAll(facts, tenant, note.ledger, question, lane)
      (note.lookedAt, note.heardAt, note.question, note.requestedAt) = (now, now, question, requestedAt)
    }
    note.observed = observed
    var sight = TwingateSight(
      tenant: tenant,
      shard: shard,
      observed: observed,
      secrets: KeptSecrets(),
      revisions: [:]
    )
    do throws(KubernetesError) {
      watchLives(facts, hosted, &sight, &note)
      try await readTokens(facts, hosted, &sight, &note)
      for connector in sight.connectors(facts.slots, in: observed) where hosted.isSettled(connector) {
        sight.secrets.tokens[connector.name]?.isSettled = true
      }
      try await readKeys(facts, &sight)
    } catch {
      throw CloudError(error, attempt: "read the Secrets of the connectors")
    }
    return sight
  }

  private func lookAtAll(
    _ facts: TwingateFacts,
    _ tenant: SharedTenant,
    _ ledger: Ledger,
    _ question: TwingateQuestion,
    _ lane: Lane
  ) async throws(CloudError) -> ObservedTwingate {
    let keeper = TwingateKeeper(client: self.client, facts: facts)
    let pass = TwingatePass(facts.wanted, tenant: tenant, memory: keeper, planning: ConnectorsPass.planning(facts))
    let result = await pass.run(
      ledger: ledger,
      secrets: KeptSecrets(),
      question: question,
      lane: lane,
      acts: false
    )
    if let error = result.end { throw error }
    return result.observed ?? ObservedTwingate()
  }

  /// Since when each connector is alive. Twingate reports a connector as alive for a minute after it stopped, so the
  /// heartbeat must come from the present pod or machine.
  private func watchLives(
    _ facts: TwingateFacts,
    _ hosted: any HostedConnectors,
    _ sight: inout TwingateSight,
    _ note: inout TwingateNote
  ) {
    let before = note.alive
    note.alive = [:]
    for slot in facts.slots {
      let name = slot.connector.name
      guard let start = hosted.start(of: slot),
        let connector = sight.observed.connectors.first(where: { $0.name == name }), connector.state == .alive,
        connector.lastHeartbeat.map({ $0 >= start }) ?? true
      else { continue }
      let life = before[name].flatMap { $0.start == start ? $0 : nil } ?? Life(start: start, since: facts.now)
      note.alive[name] = life
      sight.aliveSince[name] = life.since
    }
  }

  /// Reads which tokens the connectors' Secrets hold. The cache may lag behind this process's own writes, and new
  /// tokens invalidate the previous ones. So a Secret that seems to need new tokens is read from the API server.
  private func readTokens(
    _ facts: TwingateFacts,
    _ hosted: any HostedConnectors,
    _ sight: inout TwingateSight,
    _ note: inout TwingateNote
  ) async throws(KubernetesError) {
    let wanted = facts.wanted
    for slot in facts.slots {
      let name = slot.connector.name
      let key = ObjectKey(namespace: defaults.namespace, name: facts.objects.name(slot.key))
      let connector = sight.observed.connectors.first { $0.name == name }
      var secret = facts.live.secrets.first { $0.key == key }
      let annotations = secret?.metadata.annotations ?? [:]
      let isCurrent =
        connector != nil && annotations[ConnectorObjects.connectorID] == connector?.id
        && (slot.connector.keepsTokens || annotations[ConnectorObjects.rotation] ?? "" == wanted.tokenRotation)
      let now = time.now
      let isTried = (note.triedAt[name]).map { $0.duration(to: now) < Self.pulse } ?? false
      let age = hosted.start(of: slot).map { facts.now.since($0) } ?? .zero
      let isOverdue = isCurrent && connector?.state != .alive && age >= Self.pulse && !isTried
      if !isCurrent || isOverdue { secret = try await read(key) }
      guard let secret, let id = secret.metadata.annotations?[ConnectorObjects.connectorID] else { continue }
      var tokens = KeptSecrets.Tokens(
        connectorID: id,
        rotation: secret.metadata.annotations?[ConnectorObjects.rotation] ?? ""
      )
      if isOverdue, let pair = Self.pair(secret) {
        note.triedAt[name] = now
        tokens.isRefused = await sight.tenant.client.check(pair, lane: .look) == .refused
      }
      sight.secrets.tokens[name] = tokens
      sight.revisions[name] = secret.metadata.annotations?[GatewayLabels.revision]
    }
  }

  /// Reads which keys the service accounts' Secrets hold. A key that is in no Secret is revoked, so the cache is
  /// believed only if it agrees with Twingate.
  private func readKeys(_ facts: TwingateFacts, _ sight: inout TwingateSight) async throws(KubernetesError) {
    guard let secrets = facts.keySecrets else { return }
    for (name, cached) in secrets.states.sorted(by: { $0.key < $1.key }) {
      let account = sight.observed.serviceAccounts.first { $0.name == name }
      let active = (account.flatMap { sight.observed.keys[$0.id] } ?? []).filter { $0.status == .active }.map(\.id)
      var state = cached
      if state != .own(keyID: active.first) || active.count > 1, let key = secrets.key(name) {
        state = secrets.state(of: try await read(key)?.metadata, name)
      }
      switch state {
      case .absent: break
      case .own(let keyID): sight.secrets.keys[name] = keyID
      case .foreign:
        sight.secrets.unwritable[name] =
          "Secret \(secrets.key(name)?.name ?? "") is there and is not the operator's: delete it, or choose another "
          + "keySecret"
      }
    }
  }

  private func read(_ key: ObjectKey) async throws(KubernetesError) -> Secret? {
    do {
      return try await client.get(Secret.self, key)
    } catch  where error.kind == .notFound {
      return nil
    }
  }

  private static func pair(_ secret: Secret) -> ConnectorTokens? {
    let data = SecretReader.decode(secret.data ?? [:])
    guard let access = data[ConnectorObjects.accessToken], let refresh = data[ConnectorObjects.refreshToken] else {
      return nil
    }
    return ConnectorTokens(
      access: SecretText(String(decoding: access, as: UTF8.self)),
      refresh: SecretText(String(decoding: refresh, as: UTF8.self))
    )
  }
}
