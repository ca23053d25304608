import FoundationEssentials
import Foundations
import Gateway
import Testing

@Suite struct GatewayStatusTests {
  /// An operator may be older than a gateway for the time of an upgrade.
  @Test func aFailureThatIsNotKnownIsAnotherOne() throws {
    func read(_ kind: String) throws -> [GatewayStatus.Failure] {
      try JSONDecoder().decode([GatewayStatus.Failure].self, from: Data("[\"\(kind)\"]".utf8))
    }
    #expect(try read("ProbeFailed") == [.probeFailed])
    #expect(try read("AddressRefused") == [.addressRefused])
    #expect(try read("SomethingNew") == [.other])
  }
}
