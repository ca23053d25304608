import Foundations
import Gateway
import Testing

@testable import GatewayAgent

@Suite struct ForwardingChoiceTests {
  /// - Returns: the choice, and what was asked of the kernel on the way to it.
  static func choose(hasRules: Bool, canSet: Bool, canRefuse: Bool) -> (ForwardingChoice, [String]) {
    var asked: [String] = []
    let choice = ForwardingChoice(
      hasRules: hasRules,
      setForwarding: {
        asked.append($0 ? "on" : "off")
        return canSet
      },
      addRefusingRule: {
        asked.append("rule")
        return canRefuse
      }
    )
    return (choice, asked)
  }

  @Test func theKernelForwardsUnderRules() {
    let (choice, asked) = Self.choose(hasRules: true, canSet: true, canRefuse: true)
    #expect(choice.forwarding == .kernel && choice.notice == nil && asked == ["on"])
    #expect(Self.choose(hasRules: true, canSet: false, canRefuse: true).0.forwarding == .userland(guards: true))
  }

  @Test func withoutRulesForwardingIsSwitchedOffAndNeverOn() {
    let (switched, first) = Self.choose(hasRules: false, canSet: true, canRefuse: true)
    #expect(switched.forwarding == .userland(guards: false) && first == ["off"])
    let (ruled, second) = Self.choose(hasRules: false, canSet: false, canRefuse: true)
    #expect(ruled.forwarding == .userland(guards: false) && second == ["off", "rule"])
  }

  @Test func whereNothingKeepsPacketsBackThereIsNoTunnel() {
    let (choice, asked) = Self.choose(hasRules: false, canSet: false, canRefuse: false)
    guard case .refused(let reason) = choice.forwarding else {
      Issue.record("\(choice)")
      return
    }
    #expect(reason.contains("nftables") && reason.contains("ip_forward") && asked == ["off", "rule"])
    var state = AgentState(now: Timestamp(seconds: 1))
    state.forwarding = choice.forwarding
    #expect(state.userlandForwards == nil && !state.forwarding.hasRules)
  }
}
