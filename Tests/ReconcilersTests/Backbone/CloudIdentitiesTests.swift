import CloudLinkerAPI
import ControllerRuntime
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import Testing

@testable import Reconcilers

/// The operator's own identity, in a whole pass.
@Suite(.timeLimit(.minutes(10))) struct CloudIdentitiesTests {
  let world = BackboneWorld()

  @Test func nothingIsDoneForANamespaceThatTheOwnerDidNotLabel() async throws {
    world.lendIdentity(false)
    let result = try await world.reconcile()
    #expect(world.condition(.ready)?.reason == "CloudIdentityNotAllowed")
    #expect(world.condition(.dependenciesReady)?.status == "False")
    #expect(world.cloud.state.withLock { $0.calls } == [])
    #expect(world.backbone?.metadata.finalizers == nil)
    guard case .requeue = result else {
      Issue.record("nothing would wake it when the owner adds the label: \(result)")
      return
    }
    world.lendIdentity()
    world.time.advance(by: CloudIdentities.freshness)
    try await world.reconcile()
    #expect(world.cloud.state.withLock { $0.objects.count } == 5)
  }

  @Test func aSecretNeedsNoLoan() async throws {
    world.lendIdentity(false)
    world.putSecret(["accessKeyId": "AKIAEXAMPLE", "secretAccessKey": "x"])
    world.change { $0.spec.credentialsSecretRef = LocalReference(name: "keys") }
    try await world.reconcile()
    #expect(world.cloud.state.withLock { $0.objects.count } == 5)
  }

  @Test(arguments: ["get Namespace", "get ConfigMap"])
  func whatCannotBeReadIsNotTakenForALoan(call: String) async throws {
    world.server.setFault { $0.hasPrefix(call) ? KubernetesError(.forbidden, status: 403, "not permitted") : nil }
    await #expect(throws: KubernetesError.self) { try await world.reconcile() }
    #expect(world.condition(.ready)?.reason == "APIError")
    #expect(world.cloud.state.withLock { $0.calls } == [])
  }

  @Test func theOwnersAnswersAreAskedForOnceAMinute() async throws {
    for _ in 0..<3 { try await world.reconcile() }
    #expect(world.server.calls.filter { $0.hasPrefix("get Namespace") }.count == 1)
    world.time.advance(by: CloudIdentities.freshness)
    world.lendIdentity(false)
    try await world.reconcile()
    #expect(world.condition(.ready)?.reason == "CloudIdentityNotAllowed", "a loan can be ended")
  }

  @Test(arguments: CloudProvider.allCases)
  func theNodesIdentityIsUsedOnlyWhenAskedFor(provider: CloudProvider) throws {
    var backbone = BackboneWorld.backbone()
    backbone.spec.provider = provider
    if provider == .gcp { backbone.spec.gcp = .init(project: "acme-production") }
    if provider == .azure { backbone.spec.azure = .init(subscriptionID: "0a0a0a0a-0000-4000-8000-000000000000") }
    func connect(_ settings: CloudSettings) throws(Refusal) {
      let connector = CloudConnector(
        transport: InMemoryTransport { _ in .whole(HTTPResponse(head: HTTPResponseHead(status: 400), body: [])) },
        settings: settings,
        registry: MetricsRegistry(),
        time: VirtualTimeSource()
      )
      _ = try connector.connect(backbone, credentials: nil, as: CloudCaller(namespace: "production"))
    }
    var settings = CloudSettings()
    do {
      try connect(settings)
      Issue.record("the node's identity was taken")
    } catch {
      #expect(error.reason == .cloudIdentityNotAllowed)
      #expect(error.message.contains("--node-cloud-identity"), "\(error.message)")
    }
    settings.allowsNodeIdentity = true
    try connect(settings)
  }

  @Test func aRoleNeedsAnExternalID() throws {
    var backbone = BackboneWorld.backbone()
    backbone.spec.aws = .init(assumeRoleARN: "arn:aws:iam::123456789012:role/backbone")
    let settings = CloudSettings(environment: ["AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x"])
    let connector = CloudConnector(
      transport: InMemoryTransport { _ in .whole(HTTPResponse(head: HTTPResponseHead(status: 400), body: [])) },
      settings: settings,
      registry: MetricsRegistry(),
      time: VirtualTimeSource()
    )
    #expect(throws: Refusal.self) {
      try connector.connect(backbone, credentials: nil, as: CloudCaller(namespace: "production"))
    }
    _ = try connector.connect(backbone, credentials: nil, as: CloudCaller(namespace: "production", clusterID: "c"))
  }
}
