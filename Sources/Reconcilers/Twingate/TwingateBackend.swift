internal import Cloud
internal import CloudLinkerAPI
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes
internal import Twingate
internal import TwingateResources

/// Carries out connections of type Twingate: connectors in the gateways' namespace, and the specified objects at
/// Twingate.
struct TwingateBackend: ConnectionBackend {
  /// Set on a connection as long as it has something at Twingate or in the gateways' namespace.
  static let finalizer = "cloudlinker.dev/twingate"
  /// How often everything is checked for drift.
  static let period: Duration = .seconds(600)
  /// How often the connectors are checked.
  static let pulse: Duration = .seconds(60)
  /// How often they are checked while one is expected to come alive.
  static let expectation: Duration = .seconds(10)
  /// How long failing looks change nothing about what is reported as Ready.
  static let trust: Duration = .seconds(300)

  let client: any KubernetesAPI
  let connections: Store<VPNConnection>
  let caches: GatewayCaches
  let exposed: ExposeInformers
  let secrets: SecretReader
  let secretMetadata: Store<PartialMetadata<Secret>>
  let clients: TwingateClients
  let classes: GatewayClasses
  let actions: GatewayActions
  let events: EventRecorder
  let defaults: GatewayDefaults
  let settings: TwingateSettings
  let limits: NamespaceLimits
  let time: any TimeSource
  let notes = TwingateNotes()
  let cluster = Locked<String?>(nil)
  /// Runs connectors in Backbones; nil in tests that have none.
  var machines: MachineConnectorHost?

  let types: Set<VPNConnectionSpec.ConnectionType> = [.twingate]
  var finalizer: String { Self.finalizer }

  /// `GatewayBackend` removes the objects in the cluster as its own. Objects at Twingate cannot be removed any more;
  /// something is left there only if someone removed the finalizer.
  func cleanUp(after key: ObjectKey, _ logger: Logger) async throws -> ReconcileResult {
    notes.forget(key)
    clients.forget(key)
    machines?.surveys.forget(key)
    await secrets.forget(key)
    return .done
  }

  func plan(for connection: VPNConnection, _ logger: Logger) async throws -> Planning<VPNConnection> {
    guard let spec = connection.spec.twingate else {
      return .pass(refused(connection, Refusal(connection.validate())))
    }
    var facts: TwingateFacts
    do throws(Obstacle) {
      facts = try await gather(connection, spec)
    } catch {
      return .pass(ObstructedPass(connection, error, now: time.timestamp))
    }
    if connection.isBeingDeleted { return .pass(await teardown(facts)) }
    if let refusal = TwingateChecks.all.refusal(facts) { return .pass(refused(connection, refusal)) }
    var note = notes.note(connection.key, uid: connection.metadata.uid, ledger: Ledger(connection.status?.twingate))
    let hosted: any HostedConnectors
    do throws(HostTrouble) {
      hosted = try await host(of: facts).survey(facts)
      (facts.hosted, facts.location) = (hosted.slots, hosted.location)
    } catch {
      return .pass(pass(after: error, facts, &note))
    }
    let sight: TwingateSight
    do throws(CloudError) {
      guard let token = facts.token else { return .later(.done) }
      let tenant = try clients.tenant(connection.key, network: spec.network, token: token)
      sight = try await look(facts, hosted, tenant, &note)
      note.failingSince = nil
    } catch {
      return .pass(unseen(error, facts, &note))
    }
    notes.keep(note, of: connection.key)
    return .pass(ConnectorsPass(facts: facts, hosted: hosted, sight: sight, note: note, backend: self))
  }

  /// Where the connectors of a connection run.
  func host(of facts: TwingateFacts) -> any ConnectorHost {
    if facts.spec.connectors?.backboneRef != nil, let machines { return machines }
    return ClusterConnectorHost(actions: actions)
  }

  private func pass(
    after trouble: HostTrouble,
    _ facts: TwingateFacts,
    _ note: inout TwingateNote
  ) -> any KindPass<VPNConnection> {
    switch trouble {
    case .refused(let refusal): refused(facts.connection, refusal)
    case .failed(let error, let reason, let message):
      unseen(error, facts, &note, verdict: TwingateTrouble(reason: reason, message: message))
    }
  }

  private func unseen(
    _ error: CloudError,
    _ facts: TwingateFacts,
    _ note: inout TwingateNote,
    verdict: TwingateTrouble? = nil
  ) -> UnseenPass {
    let since = note.failingSince ?? facts.now
    note.failingSince = since
    notes.keep(note, of: facts.connection.key)
    return UnseenPass(facts: facts, error: error, since: since, verdict: verdict)
  }

  private func refused(_ connection: VPNConnection, _ refusal: Refusal?) -> RefusedPass<VPNConnection> {
    let refusal =
      refusal
      ?? Refusal(condition: .accepted, reason: .invalidSpec, message: "spec.twingate is required with type Twingate")
    return RefusedPass(connection, refusal, keeping: [.connectorsReady, .resourcesReady], now: time.timestamp)
  }
}

extension TwingateBackend {
  init(
    _ context: KindContext,
    _ informers: VPNConnectionInformers,
    _ classes: GatewayClasses,
    _ access: BackboneAccess
  ) {
    let settings = context.settings
    client = context.client
    connections = informers.connections.store
    caches = informers.gateways.caches
    exposed = informers.exposed
    secretMetadata = informers.secretMetadata.store
    secrets = SecretReader(client: client, metadata: secretMetadata)
    clients = TwingateClients(
      transport: context.clouds,
      settings: settings.twingate,
      registry: context.registry,
      time: context.time
    )
    self.classes = classes
    actions = GatewayActions(client: client, hasPolicyV1: settings.hasPolicyV1)
    events = context.events
    defaults = settings.defaults
    self.settings = settings.twingate
    limits = settings.limits
    time = context.time
    machines = MachineConnectorHost(client: client, backbones: informers.backbones.store, access: access)
  }
}
