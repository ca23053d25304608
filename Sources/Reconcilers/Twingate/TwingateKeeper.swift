internal import Cloud
internal import CloudLinkerAPI
internal import CloudResources
internal import Foundations
internal import Kubernetes
internal import Twingate
internal import TwingateResources

/// Stores what a pass must not lose: the ledger in the connection's status, the tokens in Secrets.
///
/// Twingate shows a pair of tokens once. After a crash between making and storing it, the Secret is missing, or holds
/// another connector's tokens or those of an earlier rotation; the next pass then makes another pair. If a service
/// account's key did not reach its Secret, the next pass revokes it, see `TwingatePlanner.planKeys`.
struct TwingateKeeper: TwingateMemory {
  let client: any KubernetesAPI
  let facts: TwingateFacts
  /// Revisions of the tokens that were stored, by the connector's name.
  let stored = Locked<[String: String]>([:])

  func keep(_ ledger: Ledger) async throws(CloudError) {
    var status = facts.connection.status ?? VPNConnectionStatus()
    var twingate = status.twingate ?? TwingateStatus()
    twingate.store(ledger, cluster: facts.cluster)
    status.twingate = twingate
    guard let news = facts.connection.news(status) else { return }
    do throws(KubernetesError) {
      try await client.write(news, to: facts.connection)
    } catch {
      throw CloudError(error, attempt: "write what was made to the status")
    }
  }

  func store(
    _ tokens: ConnectorTokens,
    connector: String,
    id: String,
    rotation: String
  ) async throws(CloudError) {
    guard let slot = facts.slots.first(where: { $0.connector.name == connector }) else { return }
    let secret = facts.objects.tokens(slot.key, tokens, connectorID: id, rotation: rotation)
    do throws(KubernetesError) {
      _ = try await client.apply(secret, fieldManager: CloudLinker.fieldManager, force: true)
    } catch {
      throw CloudError(error, attempt: "store the tokens of connector \(connector) in Secret \(secret.key)")
    }
    stored.withLock { $0[connector] = secret.metadata.annotations?[GatewayLabels.revision] }
  }

  func store(_ key: ServiceAccountKeyCreation, serviceAccount: String) async throws(CloudError) {
    guard let secret = facts.keySecrets?.secret(serviceAccount, key) else { return }
    do throws(KubernetesError) {
      _ = try await client.apply(secret, fieldManager: CloudLinker.fieldManager, force: true)
    } catch {
      throw CloudError(error, attempt: "store the key of service account \(serviceAccount) in Secret \(secret.key)")
    }
  }
}

extension CloudError {
  /// For an error of the API server that stops a pass.
  init(_ error: KubernetesError, attempt: String) {
    self.init(.conflict, operation: attempt, message: error.message)
  }
}

extension Ledger {
  /// Reads the ledger from a status. From an unknown version only the ids are read.
  init(_ status: TwingateStatus?) {
    self.init()
    guard let stored = status?.ledger else { return }
    ids = stored.ids ?? [:]
    guard Self.canRead(version: stored.version) else { return }
    operations = stored.operations ?? [:]
    settled = stored.settled ?? [:]
  }
}

extension TwingateStatus {
  mutating func store(_ ledger: CloudResources.Ledger, cluster: String) {
    var stored = TwingateStatus.Ledger(version: ledger.format, cluster: cluster)
    stored.ids = ledger.ids.isEmpty ? nil : ledger.ids
    stored.operations = ledger.operations.isEmpty ? nil : ledger.operations
    stored.settled = ledger.settled.isEmpty ? nil : ledger.settled
    self.ledger = stored
  }
}
