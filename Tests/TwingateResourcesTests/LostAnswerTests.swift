import CloudResources
import Foundations
import Testing
import Twingate

@testable import TwingateResources

/// Requests whose answers are lost, each at a critical moment.
@Suite struct LostAnswerTests {
  private let tenant = PaperTenant()

  private func environment() -> Environment { Environment(wantedTwingate([request("grafana")]), tenant) }

  private func fault(_ fault: @escaping @Sendable (TwingateAction.Call) -> PaperTenant.Fault) {
    tenant.change { $0.fault = { fault($0.call) } }
  }

  private func loseTheCreationOfTheNetwork(_ environment: Environment) async {
    fault { if case .createRemoteNetwork = $0 { .after } else { .works } }
    await environment.pass()
    #expect(tenant.seen.remoteNetworks.count == 1 && environment.ledger.ids["remoteNetwork"] == nil)
    fault { _ in .works }
  }

  @Test(arguments: [PaperTenant.Fault.before, .refused, .after])
  func aNetworkThatIsKnownByItsNameOnlyIsDeletedThoughTheFirstAttemptFails(_ first: PaperTenant.Fault) async {
    let environment = environment()
    await loseTheCreationOfTheNetwork(environment)
    fault { if case .deleteRemoteNetwork = $0 { first } else { .works } }
    await environment.pass(teardown: true)
    fault { _ in .works }
    #expect(await environment.settle(teardown: true) != nil)
    #expect(tenant.seen.remoteNetworks.isEmpty)
  }

  @Test func aNetworkThatIsKnownByItsNameOnlyIsKnownAfterItGotAnotherName() async {
    let environment = environment()
    await loseTheCreationOfTheNetwork(environment)
    environment.wanted.remoteNetwork.name = "staging"
    // The operator crashes before it can store the result of the renaming.
    let memory = environment.memory
    fault { call in
      if case .updateRemoteNetwork = call { memory.kept.withLock { $0.isBroken = true } }
      return .works
    }
    await environment.pass()
    memory.kept.withLock { $0.isBroken = false }
    environment.crash()
    fault { _ in .works }
    #expect(await environment.settle() != nil)
    #expect(tenant.seen.remoteNetworks.map(\.name) == ["staging"])
    #expect(await environment.settle(teardown: true) != nil)
    #expect(tenant.seen.remoteNetworks.isEmpty)
  }

  /// Twingate shows a connector as alive for a while after its tokens have become invalid. Somebody asks for new tokens and
  /// takes that back, so that afterwards only Twingate's refusal shows that the pair in the Secret is invalid.
  @Test func aConnectorWhoseTokensHaveEndedGetsOthersOnceItIsNotHeard() async throws {
    let environment = environment()
    #expect(await environment.settle() != nil)
    tenant.change { for index in $0.seen.connectors.indices { $0.seen.connectors[index].state = .alive } }
    environment.wanted.tokenRotation = "today"
    fault { if case .makeTokens = $0 { .after } else { .works } }
    await environment.pass()
    fault { _ in .works }
    environment.wanted.tokenRotation = ""
    let ended = try #require(environment.secrets.tokens.first { $0.value.isRefused == true })
    #expect(environment.secrets.tokens.values.count { $0.isRefused == true } == 1)
    await environment.pass()
    #expect(environment.secrets.tokens[ended.key]?.isRefused == true, "it may still serve with what it has opened")
    tenant.change { state in
      for index in state.seen.connectors.indices where state.seen.connectors[index].id == ended.value.connectorID {
        state.seen.connectors[index].state = .heartbeatTooOld
      }
    }
    #expect(await environment.settle() != nil)
    #expect(environment.secrets.tokens.values.allSatisfy { $0.isRefused == false })
  }
}
