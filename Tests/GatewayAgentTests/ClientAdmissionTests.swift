import Foundations
import Testing

@testable import GatewayAgent

@Suite struct ClientAdmissionTests {
  static let start = ContinuousClock.now
  static let newcomer = IPv4Address(bits: 99)

  static func entry(_ address: UInt32, idleFor seconds: Int?, isHeld: Bool = false) -> ClientAdmission.Entry {
    ClientAdmission.Entry(
      address: IPv4Address(bits: address),
      idleSince: seconds.map { start.advanced(by: .seconds(-$0)) },
      isHeld: isHeld
    )
  }
  /// As many of each address, the first idle for longest.
  static func entries(addresses: Int, each: Int) -> [ClientAdmission.Entry] {
    (0..<(addresses * each)).map { entry(UInt32($0 % addresses), idleFor: 1000 - $0) }
  }

  @Test func fewAreAdmitted() {
    #expect(ClientAdmission.verdict(on: Self.newcomer, among: []) == .admitted)
    let others = Self.entries(addresses: 15, each: 17)
    #expect(ClientAdmission.verdict(on: Self.newcomer, among: others) == .admitted)
  }

  @Test func anAddressWithManyConnectionsLosesItsOwn() {
    var own = (0..<16).map { Self.entry(99, idleFor: $0) }
    #expect(ClientAdmission.verdict(on: Self.newcomer, among: own) == .admittedInPlace(of: 15))
    own[15].idleSince = nil
    #expect(ClientAdmission.verdict(on: Self.newcomer, among: own) == .admittedInPlace(of: 14))
    for index in own.indices { own[index].idleSince = nil }
    #expect(ClientAdmission.verdict(on: Self.newcomer, among: own) == .refused)
  }

  @Test func whenFullTheAddressWithTheMostConnectionsLosesOne() {
    // The longest idle is the operator's, and it stays.
    var all = [Self.entry(50, idleFor: 5000, isHeld: true)] + Self.entries(addresses: 17, each: 15)
    all[4].address = IPv4Address(bits: 7)
    #expect(all.count == ClientAdmission.total)
    let verdict = ClientAdmission.verdict(on: Self.newcomer, among: all)
    guard case .admittedInPlace(let index) = verdict else {
      Issue.record("\(verdict)")
      return
    }
    #expect(all[index].address == IPv4Address(bits: 7))
    #expect(all.filter { $0.address.bits == 7 }.allSatisfy { ($0.idleSince ?? .now) >= all[index].idleSince ?? .now })
  }

  @Test func anAddressHoldsAFewRequests() {
    var held = (1...4).map { Self.entry(99, idleFor: $0, isHeld: true) } + [Self.entry(99, idleFor: 900)]
    #expect(ClientAdmission.released(for: Self.newcomer, among: held) == 3)
    #expect(ClientAdmission.released(for: IPv4Address(bits: 1), among: held) == nil)
    held.removeFirst()
    #expect(ClientAdmission.released(for: Self.newcomer, among: held) == nil)
  }
}
