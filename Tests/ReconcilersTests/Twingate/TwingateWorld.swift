import CloudLinkerAPI
import FoundationEssentials
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import SimulatorSupport

@testable import ControllerRuntime
@testable import Reconcilers

/// A connection of type Twingate, an API server in memory, the simulator of Twingate, and pods that log in there with the
/// tokens that they are given. `restart` replaces the operator by another.
final class TwingateWorld: CrashingWorld {
  static let key = ConnectionWorld.key
  static let simulator: CloudSimulator? = ProcessInfo.processInfo.environment["CLOUDS_TWINGATE_URL"].map {
    CloudSimulator(provider: CloudProvider(rawValue: "Twingate"), url: $0)
  }

  let simulator: CloudSimulator
  let server = MemoryServer()
  let time: VirtualTimeSource
  /// Where the connectors' Backbone is; nil: they run in the cluster.
  let cloud: CloudSimulator?
  let faults: FaultTransport
  private let process: Locked<ConnectionWorld?> = Locked(nil)
  let survived = Locked<Int?>(nil)
  private let logs = Locked<[String]>([])
  let keys: [String: String]

  /// - Parameters:
  ///   - level: the API token's: `read`, `readWrite` or `provision`.
  ///   - backbone: where the connectors run.
  init(
    level: String = "provision",
    in backbone: SimulatedBackbone? = nil,
    _ change: (inout TwingateSpec) -> Void = { _ in }
  ) async throws {
    let simulator = try requireSimulator()
    self.simulator = simulator
    cloud = backbone?.simulator
    // The clouds' simulators date machines by the real clock.
    time = backbone == nil ? VirtualTimeSource() : VirtualTimeSource(wall: SystemTimeSource().timestamp)
    try await simulator.control("POST", "reset", [:])
    keys = try JSONDecoder().decode(
      [String: String].self,
      from: Data(try await simulator.control("GET", "credentials"))
    )
    let clock = SimulatedClock(base: CurlTransport(.init(proxy: .none)), time: time)
    let router = CloudRouter(
      twingate: TwingateEndpoint(base: clock, url: simulator.url),
      // If the clocks differ, AWS's client is refused once and follows the simulator's clock from then on.
      cloud: cloud?.provider == .gcp ? clock as any Transport : CurlTransport(.init(proxy: .none)),
      cloudURL: cloud?.url
    )
    faults = FaultTransport(router, time: time)
    var kubeSystem = Fixture.namespace("kube-system")
    kubeSystem.metadata.uid = "c1c1c1c1-0000-4000-8000-000000000001"
    server.put(kubeSystem)
    putToken(keys[level] ?? "")
    server.put(Self.connection(change))
    backbone?.put(into: server)
    restart()
  }

  static func connection(_ change: (inout TwingateSpec) -> Void = { _ in }) -> VPNConnection {
    var spec = TwingateSpec(network: "acme", apiTokenSecretRef: SecretKeyReference(name: "twingate"))
    var grafana = TwingateSpec.Resource(
      name: "grafana",
      address: "grafana.monitoring.svc.cluster.local",
      ports: .init(tcp: ["443", "8000-8010"])
    )
    grafana.alias = "grafana.prod.acme.internal"
    grafana.access = [.init(group: "Developers")]
    spec.resources = [grafana]
    change(&spec)
    var connection = VPNConnection(
      metadata: ObjectMeta(name: key.name, namespace: key.namespace),
      spec: VPNConnectionSpec(spec)
    )
    connection.metadata.uid = "0c0ffee0-0000-4000-8000-000000000001"
    connection.metadata.generation = 1
    connection.metadata.creationTimestamp = Timestamp(seconds: 1_700_000_000)
    return connection
  }

  func putToken(_ token: String) {
    var secret = Secret(metadata: ObjectMeta(name: "twingate", namespace: "production"), type: "Opaque")
    secret.data = ["token": Data("\(token)\n".utf8).base64EncodedString()]
    server.put(secret)
  }

  /// Starts another process, which knows only what is in the cluster and at Twingate.
  func restart() {
    if let world = process.withLock({ $0 }) { logs.withLock { $0 += world.logged.withLock { $0 } } }
    forgetCrash()
    process.withLock {
      $0 = ConnectionWorld(
        server: server,
        time: time,
        twingate: faults,
        clouds: cloud.map { CloudSettings(endpoints: $0.endpoints) }
      )
    }
    server.setFault { _ in nil }
  }

  var connection: VPNConnection? { server.object(VPNConnection.self, Self.key) }
  var status: TwingateStatus? { connection?.status?.twingate }
  func condition(_ type: ConditionType) -> Condition? { connection?.status?.conditions?[type] }
  var ready: Condition? { condition(.ready) }
  var words: String { "\(ready?.reason ?? "no condition"): \(ready?.message ?? "")" }
  var isGone: Bool {
    connection?.metadata.deletionTimestamp != nil && connection?.metadata.finalizers?.isEmpty != false
  }
  var isSettled: Bool {
    ready?.status == "True" && ready?.reason == "Connected" && condition(.resourcesReady)?.status == "True"
      && connection?.status?.observedGeneration == connection?.metadata.generation
  }

  func change(_ body: (inout VPNConnection) -> Void) {
    guard var connection else { return }
    body(&connection)
    connection.metadata.generation = (connection.metadata.generation ?? 1) + 1
    server.put(connection)
  }
  func changeSpec(_ body: (inout TwingateSpec) -> Void) {
    change { connection in
      guard var spec = connection.spec.twingate else { return }
      body(&spec)
      connection.spec.twingate = spec
    }
  }
  /// Sets an annotation, which leaves the generation as it is.
  func annotate(_ name: String, _ value: String) {
    guard var connection else { return }
    connection.metadata.annotations = (connection.metadata.annotations ?? [:]).merging([name: value]) { $1 }
    server.put(connection)
  }
  func delete() { change { $0.metadata.deletionTimestamp = time.timestamp } }

  /// Runs a pass. Time advances while it waits for the request budget.
  @discardableResult func reconcile(_ key: ObjectKey = key) async throws -> ReconcileResult {
    guard let process = process.withLock({ $0 }) else { return .done }
    let ticking = Task { [time] in
      while !Task.isCancelled {
        if time.sleeperCount > 0 { time.advance(by: .seconds(1)) }
        await Task.yield()
      }
    }
    defer { ticking.cancel() }
    return try await process.reconcile(key)
  }

  /// Runs a pass in which time stands still, so it must not wait for anything.
  func reconcileAtOnce() async throws { _ = try await process.withLock { $0 }?.reconcile() }

  /// Runs passes, with the waits that they ask for and with pods, until `isDone`.
  func reconcile(atMost limit: Int = 60, until isDone: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<limit {
      if try await isDone() { return true }
      var result = ReconcileResult.requeueWithBackoff
      do { result = try await reconcile() } catch is KubernetesError {}
      if hasCrashed { restart() }
      try await runPods()
      if case .requeue(let wait) = result { time.advance(by: wait) } else { time.advance(by: .seconds(5)) }
      try await beat()
    }
    return try await isDone()
  }

  // MARK: Pods

  /// Runs the pods of the Deployments. An old pod ends before the new one starts.
  func runPods() async throws {
    let deployments = server.objects(Deployment.self)
    for pod in server.objects(Pod.self) {
      let owner = deployments.first { pod.key.name == "\($0.key.name)-0" }
      let template = owner?.spec?.template.metadata
      guard owner?.spec?.replicas == 1, pod.metadata.annotations == template?.annotations else {
        try await server.delete(Pod.self, pod.key, DeleteOptions())
        continue
      }
    }
    for var deployment in deployments where deployment.spec?.replicas == 1 {
      var pod = Fixture.pod(of: deployment)
      pod.metadata.annotations = deployment.spec?.template.metadata?.annotations
      pod.metadata.creationTimestamp = time.timestamp
      if server.object(Pod.self, pod.key) == nil { server.put(pod) }
      guard deployment.status?.observedGeneration != deployment.metadata.generation ?? 0 else { continue }
      var status = Deployment.Status()
      (status.observedGeneration, status.updatedReplicas) = (deployment.metadata.generation ?? 0, 1)
      deployment.status = status
      server.put(deployment)
    }
  }

  /// Has every pod log in with the tokens of its Secret now.
  /// - Returns: how many succeed.
  @discardableResult func beat() async throws -> Int {
    var heard = try await beatMachines()
    for pod in server.objects(Pod.self) {
      let key = ObjectKey(namespace: pod.key.namespace, name: String(pod.key.name.dropLast(2)))
      guard let data = server.object(Secret.self, key)?.data.map(SecretReader.decode),
        let access = data["accessToken"], let refresh = data["refreshToken"]
      else { continue }
      if try await beat(access: access, refresh: refresh, host: pod.key.name) { heard += 1 }
    }
    return heard
  }

  /// - Returns: whether Twingate accepts the tokens.
  func beat(access: [UInt8], refresh: [UInt8], host: String) async throws -> Bool {
    let body: JSONValue = [
      "accessToken": .string(String(decoding: access, as: UTF8.self)),
      "refreshToken": .string(String(decoding: refresh, as: UTF8.self)), "hostname": .string(host),
    ]
    let request = HTTPRequest(
      method: "POST",
      url: "\(simulator.url)/_sim/heartbeat",
      headers: ["Content-Type": "application/json"],
      body: [UInt8](try JSONEncoder().encode(body))
    )
    let clock = SimulatedClock(base: CurlTransport(.init(proxy: .none)), time: time)
    return try await clock.send(request).status == 200
  }

  /// Whether every connector's Secret contains tokens that were made for this value of the annotation.
  func rotated(to value: String) async throws -> Bool {
    let rotations = server.objects(Secret.self).compactMap { $0.metadata.annotations?[ConnectorObjects.rotation] }
    return !rotations.isEmpty && rotations.allSatisfy { $0 == value }
  }

  // MARK: Twingate

  func counts() async throws -> [String: Int] { try await simulator.counts() }

  /// Objects of a kind, by name.
  func objects(_ kind: String) async throws -> [String: JSONValue] {
    let all = try await simulator.objects()
    let some = all.values.filter { $0["__typename"]?.text == kind }
    return Dictionary(some.compactMap { object in (object["name"]?.text).map { ($0, object) } }) { first, _ in first }
  }

  /// How many keys of service accounts are active.
  func activeKeys() async throws -> Int {
    try await simulator.objects().values.count {
      $0["__typename"]?.text == "ServiceAccountKey" && $0["status"]?.text == "ACTIVE"
    }
  }

  /// The key in a Secret of the environment.
  func key(in secret: String) -> String? {
    server.object(Secret.self, ObjectKey(namespace: "production", name: secret))?.data?[KeySecrets.file]
  }

  func console(_ action: JSONValue) async throws { try await simulator.control("POST", "console", action) }

  /// Everything that the operator wrote where people read it: status, events, logs, and pods.
  func published() async throws -> String {
    let encoder = JSONEncoder()
    var text = try connection.map { String(decoding: try encoder.encode($0), as: UTF8.self) } ?? ""
    for deployment in server.objects(Deployment.self) {
      text += String(decoding: try encoder.encode(deployment), as: UTF8.self)
    }
    if let process = process.withLock({ $0 }) {
      let recording = Task { await process.events.run() }
      recording.cancel()
      await recording.value
      text += process.logged.withLock { $0 }.joined()
    }
    for event in server.objects(Event.self) { text += (event.reason ?? "") + (event.note ?? "") }
    return text + logs.withLock { $0 }.joined()
  }
}

private func requireSimulator() throws -> CloudSimulator {
  guard let simulator = TwingateWorld.simulator else { throw CloudSimulator.Failure(message: "no CLOUDS_TWINGATE_URL") }
  return simulator
}

/// Tells the simulator what time it is.
struct SimulatedClock: Transport {
  let base: any Transport
  let time: any TimeSource

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    var request = request
    request.headers["X-Sim-Time"] = "\(Double(time.timestamp.microseconds) / 1_000_000)"
    return try await base.send(request)
  }
  func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStreamingResponse {
    try await base.stream(request)
  }
}
