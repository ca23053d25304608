internal import Cloud
internal import ControllerRuntime
internal import Digests
internal import Foundations
internal import HTTPTransport
internal import Kubernetes
internal import Twingate
internal import TwingateResources

/// Creates and keeps a client of Twingate's Admin API for each connection: a client knows its network's shard. All
/// clients of one network whose tokens Twingate accepts share a request budget.
final class TwingateClients: Sendable {
  private struct Known {
    var network: String
    /// A digest, so that the token is not kept a second time.
    var digest: String
    var tenant: SharedTenant
  }
  private let transport: any Transport
  private let budgets: TwingateBudgets
  private let time: any TimeSource
  private let known = Locked<[ObjectKey: Known]>([:])
  /// By network and digest of the token, because connections that use one token share their looks.
  private let reads = Locked<[String: SharedReads]>([:])
  /// By network and digest of the token, because what Twingate thinks of a token is the same for all connections.
  private let allowances = Locked<[String: TwingateAllowance]>([:])

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

  /// - Throws: `.invalid` if `network` is not the name of a network.
  func tenant(_ key: ObjectKey, network: String, token: SecretText) throws(CloudError) -> SharedTenant {
    let digest = SHA256.text(token.value)
    if let known = known.withLock({ $0[key] }), known.network == network, known.digest == digest { return known.tenant }
    let name = try TwingateNetwork(network)
    let allowance = allowance(of: name, digest)
    let client = TwingateClient(name, key: token, allowance: allowance, transport: transport, time: time)
    let shared = reads.withLock { [time] reads in
      let shared = reads["\(network)/\(digest)"] ?? SharedReads(time: time)
      reads["\(network)/\(digest)"] = shared
      return shared
    }
    let tenant = SharedTenant(client, shared)
    known.withLock { $0[key] = Known(network: network, digest: digest, tenant: tenant) }
    return tenant
  }

  private func allowance(of network: TwingateNetwork, _ digest: String) -> TwingateAllowance {
    let shared = budgets.budget(of: network)
    return allowances.withLock { [time] allowances in
      let trial = TwingateBudget(reads: 20, writes: 5, time: time)
      let allowance = allowances["\(network)/\(digest)"] ?? TwingateAllowance(shared, trial: trial)
      allowances["\(network)/\(digest)"] = allowance
      return allowance
    }
  }

  func forget(_ key: ObjectKey) {
    let used = known.withLock { known in
      known[key] = nil
      return Set(known.values.map { "\($0.network)/\($0.digest)" })
    }
    reads.withLock { reads in reads = reads.filter { used.contains($0.key) } }
    allowances.withLock { allowances in allowances = allowances.filter { used.contains($0.key) } }
  }
}
