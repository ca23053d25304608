import Foundations
import Gateway
import Testing

@testable import GatewayAgent

@Suite struct ViciPacketTests {
  static var message: ConfigurationSection {
    var message = ConfigurationSection()
    message.set("key1", "value1")
    message.section("section1") { section in
      section.section("sub-section") { $0.set("key2", "value2") }
      section.set("list1", list: ["item1", "item2"])
    }
    return message
  }

  /// The example of vici's README.md.
  @Test func encodesTheExampleOfItsDocumentation() {
    var expected: [UInt8] = []
    func name(_ type: UInt8, _ text: String) { expected += [type, UInt8(text.utf8.count)] + Array(text.utf8) }
    func value(_ text: String) { expected += [0, UInt8(text.utf8.count)] + Array(text.utf8) }
    name(3, "key1")
    value("value1")
    name(1, "section1")
    name(1, "sub-section")
    name(3, "key2")
    value("value2")
    expected.append(2)
    name(4, "list1")
    for item in ["item1", "item2"] {
      expected.append(5)
      value(item)
    }
    expected += [6, 2]
    let encoded = ViciPacket.response(Self.message).encoded
    #expect(Array(encoded.dropFirst(4)) == [1] + expected)
    #expect(encoded.prefix(4).reduce(0) { $0 << 8 | Int($1) } == encoded.count - 4)
  }

  @Test(arguments: [
    ViciPacket.request("load-conn", message), .response(message), .unknownCommand, .register("list-sa"),
    .unregister("list-sa"), .confirmed, .unknownEvent, .event("child-updown", message),
    .response(ConfigurationSection()),
  ])
  func comesBackAsItWas(packet: ViciPacket) throws {
    #expect(try ViciPacket(decoding: packet.encoded.dropFirst(4)) == packet)
  }

  @Test(
    arguments: [
      [], [9], [0], [0, 200, 1], [7, 1], [1, 2], [1, 3], [1, 3, 1, 65, 0, 9, 1], [1, 1, 1, 65], [1, 4, 1, 65, 5, 0],
      [1, 4, 1, 65, 3], [1, 4, 1, 65], [1, 5, 0, 0], [1, 77],
    ] as [[UInt8]]
  )
  func refusesHostileBytes(bytes: [UInt8]) {
    #expect(throws: ViciPacket.Malformed.self) { try ViciPacket(decoding: bytes[...]) }
  }

  @Test func refusesEndlessNesting() {
    let bytes: [UInt8] = [1] + Array([[UInt8]](repeating: [1, 1, 65], count: 10_000).joined())
    #expect(throws: ViciPacket.Malformed.self) { try ViciPacket(decoding: bytes[...]) }
  }

  @Test func survivesEveryTruncationAndFlip() throws {
    let whole = Array(ViciPacket.event("list-sa", Self.message).encoded.dropFirst(4))
    for end in whole.indices {
      _ = try? ViciPacket(decoding: whole[..<end])
      var flipped = whole
      flipped[end] ^= 0xff
      _ = try? ViciPacket(decoding: flipped[...])
    }
  }
}

@Suite struct IPsecReportTests {
  static func part(ike: String, child: String?, bytes: String = "7") -> ConfigurationSection {
    var part = ConfigurationSection()
    part.section(IPsecRendering.connectionName) { sa in
      sa.set("state", ike)
      sa.set("remote-host", "10.209.0.101")
      sa.set("local-vips", list: ["10.10.10.1"])
      sa.section("child-sas") { children in
        guard let child else { return }
        children.section("remote-1") { section in
          section.set("state", child)
          section.set("bytes-in", bytes)
          section.set("bytes-out", "9223372036854775807")
          section.set("remote-ts", list: ["192.168.100.0/24"])
        }
      }
    }
    return part
  }

  @Test func theStateIsTheChildsNotTheIKEs() {
    #expect(!IPsecReport([Self.part(ike: "ESTABLISHED", child: nil)]).isInstalled)
    #expect(!IPsecReport([Self.part(ike: "ESTABLISHED", child: "INSTALLING")]).isInstalled)
    #expect(IPsecReport([Self.part(ike: "ESTABLISHED", child: "INSTALLED")]).isInstalled)
    #expect(IPsecReport([Self.part(ike: "REKEYING", child: "REKEYING")]).isInstalled)
    #expect(IPsecReport([]).ikeState == nil)
  }

  @Test func ofTwoTheOneWithAChildCounts() {
    let parts = [Self.part(ike: "CONNECTING", child: nil), Self.part(ike: "ESTABLISHED", child: "INSTALLED")]
    #expect(IPsecReport(parts).ikeState == "ESTABLISHED")
    #expect(IPsecReport(parts.reversed()).ikeState == "ESTABLISHED")
  }

  @Test func readsAddressesAndBytes() {
    let report = IPsecReport([Self.part(ike: "ESTABLISHED", child: "INSTALLED")])
    #expect(report.virtualAddress?.description == "10.10.10.1")
    #expect(report.bytesIn == 7 && report.bytesOut == .max && report.remoteSelectors == ["192.168.100.0/24"])
    let twice = [Self.part(ike: "ESTABLISHED", child: "INSTALLED"), Self.part(ike: "ESTABLISHED", child: "INSTALLED")]
    _ = IPsecReport(twice)  // sums that overflow do not trap
    #expect(IPsecReport([Self.part(ike: "ESTABLISHED", child: "INSTALLED", bytes: "x")]).bytesIn == 0)
  }
}
