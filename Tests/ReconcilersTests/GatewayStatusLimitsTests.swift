import CloudLinkerAPI
import Foundations
import Gateway
import Testing

@testable import Reconcilers

@Suite struct GatewayStatusLimitsTests {
  /// A gateway cannot look them up: it does not know the custom resources.
  @Test func aGatewayKeepsToTheLimitsOfTheSchemas() {
    typealias Limits = GatewayStatus.Limits
    let connection = VPNConnection.schema.json
    #expect(number(connection, "tunnels.items.properties.lastError.maxLength") == Limits.tunnelError)
    #expect(number(connection, "tunnels.items.properties.server.maxLength") == Limits.server)
    #expect(number(connection, "tunnels.items.properties.virtualIP.maxLength") == Limits.virtualAddress)
    #expect(number(connection, "notices.maxItems") == Limits.notices)
    #expect(number(connection, "notices.items.maxLength") == Limits.notice)
    let forward = PortForward.schema.json
    #expect(number(forward, "ports.items.properties.lastError.maxLength") == Limits.forwardError)
    #expect(number(forward, "ports.items.properties.targetAddress.maxLength") == Limits.target)
  }

  /// They become reasons of conditions as they are.
  @Test func everyFailureOfAGatewayIsADocumentedReason() {
    for failure in GatewayStatus.Failure.allCases { #expect(Reason(rawValue: failure.rawValue) != nil, "\(failure)") }
  }

  /// The number at a path below the status.
  private func number(_ schema: JSONValue, _ path: String) -> Int? {
    var value: JSONValue? = schema
    for name in "properties.status.properties.\(path)".split(separator: ".") {
      guard case .object(let members)? = value else { return nil }
      value = members[String(name)]
    }
    guard case .int(let number)? = value else { return nil }
    return Int(number)
  }
}
