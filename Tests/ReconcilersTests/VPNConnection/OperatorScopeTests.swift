import CloudLinkerAPI
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

/// Operators that look after one namespace each, side by side.
@Suite(.timeLimit(.minutes(10))) struct OperatorScopeTests {
  private let server = MemoryServer()

  /// Starts an operator on the server; its time passes as fast as it can be used.
  private func withOperator(_ scope: OperatorScope, until isDone: @escaping @Sendable () -> Bool) async {
    let time = VirtualTimeSource()
    let manager = Manager(leadership: nil, time: time)
    let silent = InMemoryTransport { _ in
      await ConnectionWorld.untilCancelled()
      return .failure(TransportError(.timeout, "cancelled", mayHaveBeenProcessed: true))
    }
    OperatorAssembly(
      client: server,
      gateways: silent,
      clouds: silent,
      settings: OperatorAssembly.Settings(defaults: Fixture.defaults, scope: scope, hasPolicyV1: true),
      events: EventRecorder(
        client: server,
        controller: "cloudlinker.dev/test",
        instance: "test",
        registry: MetricsRegistry(),
        time: time
      ),
      registry: manager.registry,
      time: time,
      logger: .none
    ).install(in: manager)
    let running = Task { try await manager.run() }
    let done = await eventually {
      time.advance(by: .milliseconds(100))
      return isDone()
    }
    #expect(done)
    running.cancel()
    _ = try? await running.value
  }

  private func connection(in namespace: String, name: String = "office") -> VPNConnection {
    var connection = Fixture.connection(name: name)
    connection.metadata.namespace = namespace
    connection.metadata.uid = "uid-\(namespace)-\(name)"
    connection.spec.service = VPNConnectionSpec.ServiceSpec(name: name)
    return connection
  }

  private func names(of namespace: String) -> [String] {
    server.gatewayObjects.map(\.name).filter { $0.hasPrefix(namespace) }.sorted()
  }

  @Test func anOperatorOfOneNamespaceLeavesTheGatewaysOfOthersAlone() async throws {
    for namespace in ["production", "staging"] {
      server.put(Fixture.secret(in: namespace))
      server.put(Fixture.namespace(namespace))
      server.put(connection(in: namespace))
    }
    server.put(connection(in: "staging", name: "former"))
    await withOperator(OperatorScope()) { [self] in
      names(of: "production").count == 8 && names(of: "staging").count == 16
    }
    let production = names(of: "production")

    // Its leftovers show that the operator of staging has looked at what stands among the gateways.
    try await server.delete(VPNConnection.self, ObjectKey(namespace: "staging", name: "former"), DeleteOptions())
    await withOperator(OperatorScope(namespace: "staging")) { [self] in
      // Its NetworkPolicy waits for news of the pods, which this server does not send.
      names(of: "staging").count == 9
    }
    #expect(names(of: "production") == production)
    #expect(server.calls.filter { $0.hasPrefix("delete") && $0.contains("production") } == [])
  }

  @Test func aKeyOfAnotherNamespaceIsNotLookedAt() async throws {
    let world = ConnectionWorld(scope: OperatorScope(namespace: "staging"))
    world.server.put(Fixture.connection())
    #expect(try await world.reconcile() == .done)
    #expect(world.server.calls == [])
  }

  @Test func operatorsOfDifferentScopesHoldDifferentLeases() {
    #expect(OperatorScope().leaseName == "cloudlinker-operator")
    #expect(OperatorScope(namespace: "staging").leaseName == "cloudlinker-operator-staging")
  }
}
