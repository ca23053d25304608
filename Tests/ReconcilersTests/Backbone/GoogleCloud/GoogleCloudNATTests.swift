import CloudResources
import Foundations
import GoogleCloud
import Testing

@testable import CloudNetworks
@testable import Reconcilers

/// What the spec does not say of a Cloud NAT stays as somebody set it.
@Suite struct GoogleCloudNATTests {
  private var states: GoogleCloudStates

  init() throws { states = try GoogleCloudStates() }

  /// The NAT that the plan sends; nil: it sends none.
  private func sent(_ plan: NetworkPlan<GoogleCloudAction>) -> Router.NAT? {
    plan.actions.lazy.compactMap { action -> Router.NAT? in
      switch action.change {
      case .createRouter(let router), .patchRouter(let router): router.nats?.first
      default: nil
      }
    }.first
  }

  @Test func aNewOneGivesOutPortsAsTheyAreNeeded() throws {
    var observed = states.complete()
    observed.router = nil
    let nat = try #require(sent(states.plan(observed)))
    #expect(nat.enableDynamicPortAllocation == true && nat.minPortsPerVm == 64 && nat.maxPortsPerVm == 32_768)
  }

  @Test func oneFromBeforeKeepsItsPortsUntilTheSpecNamesThem() throws {
    var states = self.states
    var observed = states.complete()
    observed.router?.nats?[0].enableDynamicPortAllocation = nil
    observed.router?.nats?[0].minPortsPerVm = nil
    observed.router?.nats?[0].maxPortsPerVm = nil
    #expect(states.plan(observed).words == [])
    states.desired.egress.portsPerMachine = 4096
    let plan = states.plan(observed)
    let nat = try #require(sent(plan))
    #expect(nat.enableDynamicPortAllocation == true && nat.minPortsPerVm == 64 && nat.maxPortsPerVm == 4096)
    #expect(plan.repairs.isEmpty)
  }

  @Test(arguments: [(64, nil, 32), (64, 64, 32), (4096, 2048, 2048), (4096, 100, 64), (65_536, nil, 64)])
  func theLeastPortsArePowersOfTwoBelowTheMost(most: Int, found: Int?, least: Int) throws {
    var states = self.states
    var observed = states.complete()
    observed.router?.nats?[0].minPortsPerVm = found
    states.desired.egress.portsPerMachine = most
    let nat = try #require(sent(states.plan(observed)))
    #expect(nat.minPortsPerVm == least && nat.maxPortsPerVm == most)
    observed.router?.nats?[0] = nat
    #expect(states.plan(observed).words == [])
  }

  @Test func optionsSetByHandOutliveAnotherSubnet() throws {
    var states = self.states
    var observed = states.complete()
    let last = observed.subnetworks.removeLast()
    observed.router?.nats?[0].subnetworks?.removeLast()
    observed.router?.nats?[0].minPortsPerVm = 2048
    observed.router?.nats?[0].enableDynamicPortAllocation = false
    observed.router?.nats?[0].logConfig = .init(enable: true, filter: "ALL")
    observed.router?.nats?[0].others = ["tcpEstablishedIdleTimeoutSec": 60]
    observed.subnetworks.append(last)
    states.desired.hasFlowLogs = true
    for index in observed.subnetworks.indices { observed.subnetworks[index].logConfig = .init(enable: true) }
    let nat = try #require(sent(states.plan(observed)))
    #expect(nat.subnetworks?.count == 2 && nat.minPortsPerVm == 2048 && nat.enableDynamicPortAllocation == false)
    #expect(nat.others == ["tcpEstablishedIdleTimeoutSec": 60] && nat.logConfig?.filter == "ALL")
  }

  @Test func aMappingThatExcludesThePortsOfTheSpecIsNamed() throws {
    var states = self.states
    var observed = states.complete()
    observed.router?.nats?[0].enableDynamicPortAllocation = nil
    observed.router?.nats?[0].enableEndpointIndependentMapping = true
    #expect(states.plan(observed).problems.isEmpty)
    states.desired.egress.portsPerMachine = 4096
    let plan = states.plan(observed)
    #expect(plan.problems.map(\.part) == [.egress] && plan.problems.map(\.kind) == [.invalidSpec])
    #expect(sent(plan) == nil)
  }
}
