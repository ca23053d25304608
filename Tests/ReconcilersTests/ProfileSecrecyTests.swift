import CloudLinkerAPI
import TestSupport
import Testing

@testable import Reconcilers

@Suite struct ProfileSecrecyTests {
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
}
