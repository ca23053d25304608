internal import Foundations
internal import Testing

@Suite struct IPv4Tests {
  @Test(arguments: ["0.0.0.0", "10.0.0.1", "192.168.100.30", "255.255.255.255"])
  func `an address is written as it was read`(text: String) {
    #expect(IPv4Address(text)?.description == text)
  }

  @Test(arguments: [
    "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.04", "01.2.3.4", "00.1.2.3", "1..2.3", ".1.2.3", "1.2.3.", "1.2.3.4 ",
    "+1.2.3.4", "1.2.3.4/32", "::1", "1.2.3.99999999999999999999", "١.2.3.4",
  ])
  func `what is not four plain octets is refused`(text: String) {
    #expect(IPv4Address(text) == nil)
  }

  @Test func `octets are ordered, highest first`() throws {
    let low = try #require(IPv4Address("9.255.255.255"))
    let high = try #require(IPv4Address("10.0.0.0"))
    #expect(low < high)
    #expect(high.bits == 0x0A00_0000)
  }

  @Test(arguments: ["0.0.0.0/0", "10.0.0.0/8", "192.168.100.0/24", "192.168.100.30/32", "128.0.0.0/1"])
  func `a network is written as it was read`(text: String) {
    #expect(IPv4Network(text)?.description == text)
  }

  @Test(arguments: [
    "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/-1", "10.0.0.0/8/8", "/8", "fd00::/8",
  ])
  func `what is no CIDR is refused`(text: String) {
    #expect(throws: IPv4Network.ParseError.notCIDR) { try IPv4Network(parsing: text) }
  }

  @Test func `host bits are refused with the network that was meant`() throws {
    let meant = try #require(IPv4Network("192.168.100.0/24"))
    #expect(throws: IPv4Network.ParseError.hostBitsSet(meant)) { try IPv4Network(parsing: "192.168.100.5/24") }
  }

  @Test func `containing and overlapping`() throws {
    let wide = try #require(IPv4Network("10.0.0.0/8"))
    let narrow = try #require(IPv4Network("10.200.0.0/16"))
    let other = try #require(IPv4Network("11.0.0.0/8"))
    let all = try #require(IPv4Network("0.0.0.0/0"))
    #expect(wide.contains(narrow) && !narrow.contains(wide) && wide.contains(wide))
    #expect(narrow.overlaps(wide) && wide.overlaps(narrow) && !wide.overlaps(other))
    #expect(all.contains(other) && all.lastAddress == IPv4Address("255.255.255.255"))
    #expect(wide.lastAddress == IPv4Address("10.255.255.255"))
    #expect(try narrow.contains(#require(IPv4Address("10.200.255.255"))))
    #expect(try !narrow.contains(#require(IPv4Address("10.201.0.0"))))
  }

  @Test func partsAreEqualAndCoverTheWhole() throws {
    let network = try #require(IPv4Network("10.10.0.0/16"))
    let eighths = network.parts(3)
    #expect(eighths.count == 8 && eighths.allSatisfy { $0.prefixLength == 19 })
    #expect(eighths.first?.description == "10.10.0.0/19" && eighths.last?.description == "10.10.224.0/19")
    #expect(IPv4Network.collapsed(eighths) == [network])
    let narrow = try #require(IPv4Network("10.0.0.0/31"))
    #expect(narrow.parts(3) == [narrow])
  }

  @Test(arguments: [
    ([], []),
    (["10.0.0.0/8", "10.1.0.0/16", "10.0.0.0/8"], ["10.0.0.0/8"]),
    (["10.0.1.0/24", "10.0.0.0/24"], ["10.0.0.0/23"]),
    (["10.0.1.0/24", "10.0.2.0/24"], ["10.0.1.0/24", "10.0.2.0/24"]),
    (["10.0.0.0/24", "10.0.1.0/25", "10.0.1.128/25", "10.0.2.0/23"], ["10.0.0.0/22"]),
    (["128.0.0.0/1", "0.0.0.0/1"], ["0.0.0.0/0"]),
  ])
  func `collapsing keeps the same addresses in as few networks`(input: [String], output: [String]) {
    #expect(IPv4Network.collapsed(input.compactMap(IPv4Network.init)).map(\.description) == output)
  }
}
