import Foundations
import Testing

@testable import GatewayAgent

@Suite struct SourceSharesTests {
  private func address(_ number: UInt32) -> IPv4Address { IPv4Address(bits: 0x0a00_0000 + number) }

  /// Takes as many as it gets.
  private func takeAll(_ shares: inout SourceShares, _ address: IPv4Address) -> Int {
    var taken = 0
    while shares.take(address) { taken += 1 }
    return taken
  }

  @Test func `one address gets half of the places, the next ones half of the rest`() {
    var shares = SourceShares(total: 4096)
    let taken = (1...3).map { takeAll(&shares, address($0)) }
    #expect(taken == [2048, 1024, 512])
    let more = takeAll(&shares, address(1))
    #expect(more == 0)
  }

  @Test func `an address that has none gets a place, however greedy the others are`() {
    var shares = SourceShares(total: 4096)
    for _ in 0..<5000 {
      for number in 1...11 { _ = shares.take(address(UInt32(number))) }
    }
    let isAdmitted = shares.take(address(99))
    #expect(isAdmitted)
  }

  @Test func `what is given back can be taken again`() {
    var shares = SourceShares(total: 8)
    _ = takeAll(&shares, address(1))
    shares.giveBack(address(1))
    #expect(shares.count == 3)
    let isAdmitted = shares.take(address(1))
    #expect(isAdmitted)
    // Once more than were taken.
    for _ in 0..<5 { shares.giveBack(address(1)) }
    #expect(shares.count == 0)
    let taken = takeAll(&shares, address(2))
    #expect(taken == 4)
  }
}
