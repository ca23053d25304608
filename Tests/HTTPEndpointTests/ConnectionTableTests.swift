import Testing

@testable import HTTPEndpoint

@Suite struct ConnectionTableTests {
  static let limits = ConnectionTable.Limits(total: 4, perAddress: 2, receiving: 5000)
  private func address(_ last: UInt8) -> [UInt8] { [127, 0, 0, last] }

  @Test func anAddressThatHasTooManyLosesItsOldest() {
    var table = ConnectionTable(Self.limits)
    #expect(table.opened(1, from: address(1), now: 0) == [])
    #expect(table.opened(2, from: address(2), now: 0) == [])
    #expect(table.opened(3, from: address(2), now: 0) == [])
    #expect(table.opened(4, from: address(2), now: 0) == [2])
    #expect(table.opened(5, from: address(2), now: 0) == [3])
  }

  @Test func whenAllPlacesAreTakenTheOldestGoesWhereverItIsFrom() {
    var table = ConnectionTable(Self.limits)
    for socket in 1...4 { #expect(table.opened(Int32(socket), from: address(UInt8(socket)), now: 0) == []) }
    #expect(table.opened(5, from: address(5), now: 0) == [1])
    #expect(table.opened(6, from: address(6), now: 0) == [2])
  }

  @Test func whatIsBeingHandledStaysAndTheNewOneGoesInstead() {
    var table = ConnectionTable(Self.limits)
    for socket in 1...4 {
      _ = table.opened(Int32(socket), from: address(UInt8(socket)), now: 0)
      table.handling(Int32(socket))
    }
    #expect(table.opened(5, from: address(5), now: 0) == [5])
    table.closed(5)
    table.sending(2, now: 1)
    #expect(table.opened(6, from: address(6), now: 1) == [2])
  }

  @Test func aConnectionIsAwaitedUntilItsFirstRequestHasComeOrItIsClosed() {
    var table = ConnectionTable(Self.limits)
    for socket in 1...3 { _ = table.opened(Int32(socket), from: address(UInt8(socket)), now: 0) }
    #expect(table.unasked == 3)
    table.handling(1)
    table.closed(2)
    #expect(table.unasked == 1)
    table.sending(1, now: 1)
    table.receiving(1, now: 2)
    #expect(table.unasked == 1)
    // The third is cut for others that come.
    for socket in 4...6 { _ = table.opened(Int32(socket), from: address(UInt8(socket)), now: 3) }
    #expect(table.unasked == 3)
  }

  @Test func anAnsweredConnectionIsAsYoungAsItsAnswer() {
    var table = ConnectionTable(Self.limits)
    for socket in 1...4 { _ = table.opened(Int32(socket), from: address(UInt8(socket)), now: 0) }
    table.handling(1)
    table.sending(1, now: 10)
    table.receiving(1, now: 20)
    #expect(table.opened(5, from: address(5), now: 30) == [2])
  }

  @Test func aRequestThatDoesNotComeWholeInTimeIsCutAlsoWhenThereIsRoom() {
    var table = ConnectionTable(Self.limits)
    _ = table.opened(1, from: address(1), now: 0)
    _ = table.opened(2, from: address(2), now: 0)
    table.handling(2)
    #expect(table.opened(3, from: address(3), now: 5000) == [])
    #expect(table.opened(4, from: address(4), now: 5001) == [1])
    // Once is enough: its end takes a moment to be reported.
    #expect(table.opened(5, from: address(5), now: 5001) == [])
    table.closed(1)
    #expect(table.count == 4)
  }

  @Test func noNumberOfSilentClientsCutsTheOneThatAsksAtOnce() {
    var table = ConnectionTable(Self.limits)
    var open: Set<Int32> = []
    for socket in Int32(1)...1000 {
      open.insert(socket)
      for cut in table.opened(socket, from: address(UInt8(socket % 100)), now: 0) {
        open.remove(cut)
        table.closed(cut)
      }
      #expect(open.count <= Self.limits.total)
      #expect(open.contains(socket))
    }
  }
}
