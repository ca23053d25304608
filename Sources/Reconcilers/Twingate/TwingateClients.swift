internal import Cloud
internal import ControllerRuntime
internal import Digests
internal import Foundations
internal import HTTPTransport
internal import Kubernetes
internal import Twingate

/// Makes the clients of Twingate's Admin API, one for each connection, and keeps them: a client knows its network's shard.
/// The request budget is shared by everything that speaks to one network.
final class TwingateClients: Sendable {
  private struct Known {
    var network: String
    /// The token is not kept a second time.
    var digest: String
    var client: TwingateClient
  }
  private let transport: any Transport
  private let budgets: TwingateBudgets
  private let time: any TimeSource
  private let known = Locked<[ObjectKey: Known]>([:])
  private struct Look {
    var connectors: [Connector]
    var at: ContinuousClock.Instant
  }
  /// By network and digest of the token: connections of one network look once for all.
  private let looks = Locked<[String: Look]>([:])

  init(transport: any Transport, settings: TwingateSettings, registry: MetricsRegistry, time: any TimeSource) {
    let counted = CountingTransport(transport) { method, status in
      registry.add(
        "cloudlinker_cloud_requests_total",
        ["code": status == 0 ? "<error>" : "\(status)", "method": method, "provider": "Twingate"],
        help: "Requests to the clouds' APIs"
      )
    }
    self.transport = settings.endpoint.map { TwingateEndpoint(base: counted, url: $0) } ?? counted
    self.time = time
    budgets = TwingateBudgets(time: time)
  }

  /// - Throws: `.invalid` where `network` is no network's name.
  func client(_ key: ObjectKey, network: String, token: SecretText) throws(CloudError) -> TwingateClient {
    let digest = SHA256.text(token.value)
    if let known = known.withLock({ $0[key] }), known.network == network, known.digest == digest { return known.client }
    let name = try TwingateNetwork(network)
    let client = TwingateClient(name, key: token, budget: budgets.budget(of: name), transport: transport, time: time)
    known.withLock { $0[key] = Known(network: network, digest: digest, client: client) }
    return client
  }

  /// Every connector of the tenant, as it was at most `age` ago.
  func connectors(
    of key: ObjectKey,
    _ client: TwingateClient,
    youngerThan age: Duration,
    _ lane: Lane
  ) async throws(CloudError) -> [Connector] {
    let place = known.withLock { $0[key].map { "\($0.network)/\($0.digest)" } } ?? key.description
    let now = time.now
    if let look = looks.withLock({ $0[place] }), look.at.duration(to: now) < age { return look.connectors }
    let connectors = try await client.connectors(lane: lane)
    looks.withLock { looks in
      looks = looks.filter { $0.value.at.duration(to: now) < .seconds(60) }
      looks[place] = Look(connectors: connectors, at: now)
    }
    return connectors
  }

  func forget(_ key: ObjectKey) { known.withLock { $0[key] = nil } }
}
