import Cloud
import CloudLinkerAPI
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Kubernetes
import TestSupport
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

/// Who shares a request budget, and who does not.
@Suite(.timeLimit(.minutes(10))) struct CloudAccountTests {
  let time = VirtualTimeSource()
  /// One request a second, five at once; whatever is asked is refused, so that nothing is asked twice.
  let connector: CloudConnector

  init() {
    let refusal = InMemoryTransport { _ in .whole(HTTPResponse(head: HTTPResponseHead(status: 400), body: [])) }
    connector = CloudConnector(
      transport: refusal,
      settings: CloudSettings(requestsPerSecond: 1),
      registry: MetricsRegistry(),
      time: time
    )
  }

  private func network(
    _ namespace: String,
    key: String = "AKIAEXAMPLE",
    change: (inout BackboneSpec) -> Void = { _ in }
  ) throws -> CloudNetwork {
    var backbone = BackboneWorld.backbone()
    backbone.metadata.namespace = namespace
    change(&backbone.spec)
    let credentials = ["accessKeyId": Array(key.utf8), "secretAccessKey": Array("secret".utf8)]
    return try connector.connect(
      backbone,
      credentials: CloudCredentials(credentials, for: .aws),
      as: CloudCaller(namespace: "n")
    )
  }

  private func ask(_ network: CloudNetwork, times: Int) async {
    for _ in 0..<times { _ = try? await network.zones() }
  }

  @Test func twoBackbonesOfAnAccountShareItsBudget() async throws {
    let (one, other) = (try network("one"), try network("other"))
    await ask(one, times: 3)
    await ask(other, times: 2)
    #expect(time.sleeperCount == 0, "five at once")
    let sixth = Task { await ask(one, times: 1) }
    #expect(await eventually { time.sleeperCount == 1 })
    let seventh = Task { await ask(other, times: 1) }
    #expect(await eventually { time.sleeperCount == 2 })
    #expect(time.remaining == [.seconds(1), .seconds(2)], "first come, first served")
    time.advance(by: .seconds(2))
    await sixth.value
    await seventh.value
  }

  @Test func backbonesOfTwoAccountsDoNot() async throws {
    for network in [try network("one"), try network("two", key: "AKIAOTHER"), try network("three") { $0.region = "x" }]
    {
      await ask(network, times: 5)
    }
    #expect(time.sleeperCount == 0)
  }

  @Test func aLongCreationLetsOthersInBetween() async throws {
    let (long, short) = (try network("long"), try network("short"))
    let creation = Task { await ask(long, times: 20) }
    #expect(await eventually { time.sleeperCount == 1 })
    let look = Task { await ask(short, times: 1) }
    #expect(await eventually { time.sleeperCount == 2 })
    time.advance(by: .seconds(2))
    await look.value
    creation.cancel()
    await creation.value
  }

  @Test func anAccountIsForgottenWithItsLastBackbone() throws {
    #expect(try network("one").account === network("two").account)
    _ = try network("three", key: "AKIAOTHER")
    #expect(connector.accounts.count == 2)
    for namespace in ["one", "two"] { connector.forget(ObjectKey(namespace: namespace, name: "aws")) }
    _ = try network("four", key: "AKIATHIRD")
    #expect(connector.accounts.count == 2)
  }

  @Test func aNamesLimitIsThatOfTheVendor() {
    func name(_ provider: CloudProvider, _ credentials: String?, change: (inout BackboneSpec) -> Void)
      -> CloudAccount.Name
    {
      var spec = BackboneSpec(provider: provider, region: "r", network: .init(cidr: "10.0.0.0/16"))
      change(&spec)
      return CloudAccount.Name(spec, credentials: credentials)
    }
    let role = BackboneSpec.AWSOptions(assumeRoleARN: "arn:aws:iam::123456789012:role/backbone")
    #expect(
      name(.aws, nil) { $0.aws = role } == name(.aws, nil) { $0.aws = .init(assumeRoleARN: "\(role.assumeRoleARN!)2") }
    )
    #expect(name(.aws, nil) { $0.aws = role } != name(.aws, nil) { $0.region = "s" })
    #expect(
      name(.gcp, nil) { $0.gcp = .init(project: "p") }
        == name(.gcp, nil) {
          $0.region = "s"; $0.gcp = .init(project: "p")
        }
    )
    #expect(name(.gcp, nil) { $0.gcp = .init(project: "p") } != name(.gcp, nil) { $0.gcp = .init(project: "q") })
    #expect(
      name(.azure, "one") { $0.azure = .init(subscriptionID: "AB") }
        == name(.azure, "one") { $0.azure = .init(subscriptionID: "ab") }
    )
  }

  /// A stranger with useless credentials names a victim's account, project or subscription.
  @Test(arguments: CloudProvider.allCases)
  func strangersDoNotShareABudgetByNamingAnAccount(provider: CloudProvider) {
    var spec = BackboneSpec(provider: provider, region: "r", network: .init(cidr: "10.0.0.0/16"))
    spec.aws = .init(assumeRoleARN: "arn:aws:iam::123456789012:role/backbone")
    spec.gcp = .init(project: "victim")
    spec.azure = .init(subscriptionID: "victim")
    #expect(CloudAccount.Name(spec, credentials: "victim's") != CloudAccount.Name(spec, credentials: "junk"))
    #expect(CloudAccount.Name(spec, credentials: nil) != CloudAccount.Name(spec, credentials: "junk"))
  }

  @Test func whereAValueOfASecretEndsMatters() throws {
    func account(_ id: String, _ secret: String) throws -> CloudAccount {
      let credentials = ["accessKeyId": Array(id.utf8), "secretAccessKey": Array(secret.utf8)]
      return try connector.connect(
        BackboneWorld.backbone(),
        credentials: CloudCredentials(credentials, for: .aws),
        as: CloudCaller(namespace: "n")
      )
      .account
    }
    let first = try account("AB", "C")
    #expect(try account("AB", "C") === first)
    #expect(try account("A", "BC") !== first)
  }

  @Test func withoutAFreeSlotThePassIsRequeuedWithoutARequest() async throws {
    let world = BackboneWorld()
    #expect(world.account.enter())
    #expect(world.account.enter())
    let result = try await world.reconcile()
    guard case .requeue(let wait) = result else {
      Issue.record("\(result)")
      return
    }
    #expect(wait >= BackboneKind.turn / 2 && wait <= BackboneKind.turn * 1.5)
    #expect(world.cloud.state.withLock { $0.calls } == [])
    world.account.leave()
    #expect(try await world.reconcile() == .requeue(after: BackboneKind.settling))
    try await world.reconcile()
    #expect(world.account.enter(), "a reconcile gives its place back")
  }
}
