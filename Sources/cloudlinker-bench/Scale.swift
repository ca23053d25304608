internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// Measures many tenants on one API server, for `hack/bench.d/scale`.
struct Scale: Sendable {
  /// The number of namespaces that are filled at once.
  static let atOnce = 4
  static let connections = 2

  let client: KubernetesClient

  /// Creates namespaces s0, s1 and so on as far as they are missing, and two suspended connections in each, and spreads the
  /// forwards over them. Returns when the operator has written a status of each.
  func fill(namespaces: Int, forwards: Int) async throws -> Double {
    try await seconds {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<namespaces {
          if index >= Self.atOnce { try await group.next() }
          let share = forwards / namespaces + (index < forwards % namespaces ? 1 : 0)
          group.addTask { try await fill("s\(index)", share) }
        }
        try await group.waitForAll()
      }
    }
  }

  private func fill(_ namespace: String, _ forwards: Int) async throws {
    try await ensure(Namespace(metadata: ObjectMeta(name: namespace)))
    for index in 0..<Self.connections { try await ensure(connection("c\(index)", namespace)) }
    guard forwards > 0 else { return }
    _ = try await Load(client: client, namespace: namespace).fill(connections: Self.connections, count: forwards)
  }

  /// Creates an object unless an earlier fill did.
  private func ensure(_ object: some Resource) async throws(KubernetesError) {
    do throws(KubernetesError) {
      _ = try await client.create(object)
    } catch {
      guard error.kind == .alreadyExists else { throw error }
    }
  }

  private func connection(_ name: String, _ namespace: String) -> VPNConnection {
    let authentication = IPsecSpec.Authentication(
      method: .eapMSCHAPv2,
      credentialsSecretRef: IPsecSpec.CredentialsSecretReference(name: "office-vpn")
    )
    var spec = VPNConnectionSpec(
      type: .ipsec,
      ipsec: IPsecSpec(authentication: authentication, caSecretRef: SecretKeyReference(name: "office-vpn")),
      tunnels: [VPNConnectionSpec.Tunnel(name: "a", server: "10.200.0.101")],
      remoteNetworks: ["192.168.100.0/24"]
    )
    spec.service = VPNConnectionSpec.ServiceSpec(name: "vpn-\(name)")
    spec.suspend = true
    return VPNConnection(metadata: ObjectMeta(name: name, namespace: namespace), spec: spec)
  }

  /// Changes a forward, and waits until its status speaks of the change.
  func served(_ forward: ObjectKey) async throws -> Double {
    try await seconds { try await wait(for: try await change(forward)) }
  }

  /// The longest time that a tenant's change waits while another tenant creates `count` forwards in namespace `busy`.
  /// Changes follow each other until all of those are created and served.
  func servedBeside(_ count: Int, _ forward: ObjectKey) async throws -> (longest: Double, changes: Int) {
    async let burst: Void = fill("busy", count)
    let isOver = Locked(false)
    async let rounds = rounds(forward) { isOver.withLock { $0 } }
    try await burst
    isOver.withLock { $0 = true }
    let waits = try await rounds
    return (waits.max() ?? 0, waits.count)
  }

  private func rounds(_ forward: ObjectKey, until isOver: @Sendable () -> Bool) async throws -> [Double] {
    var waits: [Double] = []
    while !isOver() {
      waits.append(try await served(forward))
      try await Task.sleep(for: .milliseconds(500))
    }
    return waits
  }

  /// Changes the forward's target port without waiting for anything.
  func change(_ key: ObjectKey) async throws -> PortForward {
    let forward = try await client.get(PortForward.self, key)
    let port = forward.spec.ports[0].target.port
    let patch: [JSONPatchOperation] = [.replace("/spec/ports/0/target/port", .int(Int64(port == 8080 ? 8081 : 8080)))]
    return try await client.jsonPatch(PortForward.self, key, patch)
  }

  func wait(for key: ObjectKey) async throws { try await wait(for: try await client.get(PortForward.self, key)) }

  private func wait(for changed: PortForward) async throws {
    let deadline = ContinuousClock.now.advanced(by: .seconds(300))
    while ContinuousClock.now < deadline {
      let seen = try await client.get(PortForward.self, changed.key)
      if (seen.status?.observedGeneration ?? 0) >= (changed.metadata.generation ?? 0) { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw Failure("the change of \(changed.key) was not served in 5 minutes")
  }
}
