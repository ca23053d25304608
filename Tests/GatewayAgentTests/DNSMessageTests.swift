import Foundations
import Testing

@testable import GatewayAgent

@Suite struct DNSMessageTests {
  static let name = "db.corp.example"
  static let question = DNSMessage.question(name, id: 0x1234) ?? []

  /// An answer to `question` with these records after it.
  static func answer(flags: [UInt8] = [0x81, 0x80], count: UInt8, _ records: [UInt8]) -> [UInt8] {
    var bytes = question
    bytes[2] = flags[0]
    bytes[3] = flags[1]
    bytes[7] = count
    return bytes + records
  }
  static func record(_ owner: [UInt8], type: UInt8, ttl: UInt8, _ data: [UInt8]) -> [UInt8] {
    owner + [0, type, 0, 1, 0, 0, 0, ttl, 0, UInt8(data.count)] + data
  }
  static func read(_ bytes: [UInt8]) -> DNSMessage.Answer? { DNSMessage.answer(bytes, to: name, id: 0x1234) }

  @Test func asksForAnAddress() {
    #expect(
      Self.question == [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 2] + Array("db".utf8) + [4] + Array("corp".utf8) + [7]
        + Array("example".utf8) + [0, 0, 1, 0, 1]
    )
    #expect(DNSMessage.question("a..b", id: 1) == nil)
    #expect(DNSMessage.question(String(repeating: "a", count: 64), id: 1) == nil)
  }

  @Test func readsAddressesThroughAliases() {
    let alias = Self.record([0xc0, 12], type: 5, ttl: 9, [3] + Array("srv".utf8) + [0xc0, 15])
    let start = UInt8(Self.question.count + 12)
    let address = Self.record([0xc0, start], type: 1, ttl: 60, [192, 168, 100, 30])
    let stranger = Self.record([1, 120, 0], type: 1, ttl: 1, [6, 6, 6, 6])
    #expect(
      Self.read(Self.answer(count: 3, alias + address + stranger))
        == .addresses([IPv4Address(bits: 0xC0A8_641E)], timeToLive: 9)
    )
    #expect(Self.read(Self.answer(count: 1, stranger)) == .noSuchName)
  }

  @Test func readsResponseCodes() {
    #expect(Self.read(Self.answer(flags: [0x81, 0x83], count: 0, [])) == .noSuchName)
    #expect(Self.read(Self.answer(flags: [0x81, 0x82], count: 0, [])) == .refused(2))
    #expect(Self.read(Self.answer(flags: [0x83, 0x80], count: 0, [])) == .truncated)
  }

  @Test func answersToOtherQuestionsAreIgnored() {
    let good = Self.answer(count: 1, Self.record([0xc0, 12], type: 1, ttl: 1, [1, 2, 3, 4]))
    #expect(DNSMessage.answer(good, to: Self.name, id: 1) == nil)
    #expect(DNSMessage.answer(good, to: "db.corp.examplf", id: 0x1234) == nil)
    #expect(DNSMessage.answer(good, to: "DB.Corp.Example", id: 0x1234) != nil)
    #expect(Self.read(Self.question) == nil, "a question is no answer")
  }

  @Test func hostileMessagesEnd() {
    // Pointers to themselves, to each other, forward, and past the end.
    for owner in [[0xc0, 33], [0xc0, 34], [0xc0, 255], [0xff, 0xff], [63], [0x80]] as [[UInt8]] {
      #expect(Self.read(Self.answer(count: 1, Self.record(owner, type: 1, ttl: 1, [1, 2, 3, 4]))) == nil)
    }
    let good = Self.answer(count: 1, Self.record([0xc0, 12], type: 1, ttl: 1, [1, 2, 3, 4]))
    for index in good.indices {
      _ = Self.read(Array(good[..<index]))
      for bit in [0x01, 0x80, 0xff] as [UInt8] {
        var flipped = good
        flipped[index] ^= bit
        _ = Self.read(flipped)
      }
    }
  }

  @Test func keepsTheLastGoodAnswer() {
    let question = AgentState.Question(server: IPv4Address(bits: 1), name: Self.name)
    let networks = ["192.168.100.0/24"].compactMap { IPv4Network($0) }
    let known = IPv4Address(bits: 0xC0A8_641E)
    let former = AgentState.Resolution(address: known)
    let (kept, soon) = TargetResolver.resolution(.silent, of: question, former: former, networks: networks)
    #expect(kept.address == known && kept.error != nil && soon == .seconds(5))
    let lower = IPv4Address(bits: 0xC0A8_6401)
    let (same, wait) = TargetResolver.resolution(
      .answered(.addresses([lower, known], timeToLive: 9000)),
      of: question,
      former: former,
      networks: networks
    )
    #expect(same.address == known && same.error == nil && wait == .seconds(300), "rotation is no move")
    let (outside, _) = TargetResolver.resolution(
      .answered(.addresses([IPv4Address(bits: 0x0808_0808)], timeToLive: 1)),
      of: question,
      former: nil,
      networks: networks
    )
    #expect(outside.address == nil && outside.error?.contains("outside remoteNetworks") == true)
  }

  /// An answer may hold hundreds of addresses.
  @Test func namesAFewOfManyAddresses() {
    let (resolution, _) = TargetResolver.resolution(
      .answered(.addresses((0..<256).map { IPv4Address(bits: 0x0808_0800 + $0) }, timeToLive: 1)),
      of: AgentState.Question(server: IPv4Address(bits: 1), name: Self.name),
      former: nil,
      networks: ["192.168.100.0/24"].compactMap { IPv4Network($0) }
    )
    #expect(resolution.error?.contains("is 8.8.8.0, 8.8.8.1, 8.8.8.2 and 253 more, outside remoteNetworks") == true)
  }
}
