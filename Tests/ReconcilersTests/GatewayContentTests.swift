import CloudLinkerAPI
import Kubernetes
import TestSupport
import Testing

@testable import Reconcilers

@Suite struct GatewayContentTests {
  /// The reference may name any Secret of the namespace, and more people read the status than the Secret.
  @Test func aSecretThatIsNoProfileDoesNotShowInTheStatus() {
    var connection = Fixture.connection()
    connection.spec.type = .openVPN
    connection.spec.ipsec = nil
    connection.spec.openVPN = OpenVPNSpec(profileSecretRef: SecretKeyReference(name: "database", key: "password"))
    var facts = Fixture.facts(connection)
    for secret in SecretShapes.samples {
      facts.credentials = Credentials(secrets: ["database": ["password": Array(secret.utf8)]])
      let plan = VPNConnectionPlan(facts)
      let status = "\(plan.status)"
      #expect(status.contains(Reason.profileRefused.rawValue))
      #expect(SecretShapes.leak(of: secret, in: status) == nil, "\(status)")
    }
  }

  /// The gateway would refuse it too, but only once it is told.
  @Test func aTunnelThatEncryptsNothingNeverComesToAGateway() {
    var connection = Fixture.connection()
    connection.spec.ipsec?.espProposals = ["null-sha256"]
    let plan = VPNConnectionPlan(Fixture.facts(connection))
    #expect(plan.actions == [])
    let accepted = plan.status.conditions?.first { $0.type == ConditionType.accepted.rawValue }
    #expect(accepted?.status == "False" && accepted?.reason == Reason.configurationRefused.rawValue)
    #expect(accepted?.message.contains(#"espProposals: "null-sha256""#) == true)
  }
}
