import Cloud
import CloudResources
import Foundations
import Testing
import Twingate

@testable import TwingateResources

let owner = TwingateOwner(clusterUID: "cluster-1", connectionUID: "0a1b2c3d-4e5f-0000-0000-000000000000")

func wantedTwingate(_ resources: [ResourceRequest] = []) -> WantedTwingate {
  WantedTwingate(
    owner: owner,
    remoteNetwork: .init("production"),
    connectors: ["a", "b"].map { .init(owner.connectorName("office", $0)) },
    resources: resources
  )
}

func request(_ name: String, _ access: [AccessRequest] = [AccessRequest(.group("Developers"))]) -> ResourceRequest {
  ResourceRequest(
    origin: "spec/\(name)",
    name: name,
    address: "\(name).svc",
    protocols: Protocols(tcp: Ports([443...443]), udp: .none, allowsICMP: false),
    access: access
  )
}

/// A connection, its tenant, and what the operator remembers about it.
final class Environment {
  var wanted: WantedTwingate
  let tenant: any TwingateTenant
  let memory = PaperMemory()
  var ledger = Ledger()
  var observed: ObservedTwingate?
  var tokensNow: (String) -> ConnectorTokens?
  var now: () -> Timestamp

  init(_ wanted: WantedTwingate, _ tenant: PaperTenant) {
    self.wanted = wanted
    self.tenant = tenant
    tokensNow = { id in tenant.state.withLock { $0.tokens[id] } }
    now = { tenant.state.withLock { $0.now } }
  }

  init(
    _ wanted: WantedTwingate,
    tenant: any TwingateTenant,
    tokensNow: @escaping (String) -> ConnectorTokens?,
    now: @escaping () -> Timestamp
  ) {
    self.wanted = wanted
    self.tenant = tenant
    self.tokensNow = tokensNow
    self.now = now
  }

  var secrets: KeptSecrets {
    let kept = memory.kept.withLock { $0 }
    var secrets = KeptSecrets()
    secrets.keys = kept.keys
    secrets.tokens = kept.tokens.mapValues { tokens in
      var kept = KeptSecrets.Tokens(
        connectorID: tokens.id,
        rotation: tokens.rotation,
        isRefused: tokensNow(tokens.id) != tokens.pair
      )
      kept.isSettled = kept.isRefused == false
      return kept
    }
    return secrets
  }

  /// Restarts the operator with what it had stored.
  func crash() {
    ledger = memory.kept.withLock { $0.ledger }
    observed = nil
  }

  @discardableResult
  func pass(teardown: Bool = false, looks: Bool = true, acts: Bool = true) async -> TwingatePass.Result {
    let (wanted, now) = (self.wanted, self.now())
    let pass = TwingatePass(wanted, tenant: tenant, memory: memory) { seen, secrets, ledger in
      teardown
        ? TwingatePlanner.planTeardown(wanted, observed: seen, ledger: ledger, workloadsAreGone: true, now: now)
        : TwingatePlanner.plan(wanted, observed: seen, secrets: secrets, ledger: ledger, now: now)
    }
    let result = await pass.run(
      ledger: ledger,
      secrets: secrets,
      observed: looks ? nil : observed,
      question: TwingateQuestion(wanted, ledger: ledger, isTeardown: teardown),
      acts: acts
    )
    (ledger, observed) = (result.ledger, result.observed)
    return result
  }

  /// Runs passes until one finds nothing to do.
  /// - Returns: the number of passes; nil: more than 20.
  func settle(teardown: Bool = false) async -> Int? {
    for count in 1...20 {
      let result = await pass(teardown: teardown)
      guard let plan = result.plan, result.failures.isEmpty, result.end == nil, plan.steps.isEmpty else { continue }
      if !teardown || plan.isGone { return count }
    }
    return nil
  }
}
