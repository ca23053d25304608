internal import Gateway

/// A packet of strongSwan's vici protocol (src/libcharon/plugins/vici/README.md), without its length.
enum ViciPacket: Sendable, Hashable {
  case request(String, ConfigurationSection)
  case response(ConfigurationSection)
  case unknownCommand
  case register(String)
  case unregister(String)
  case confirmed
  case unknownEvent
  case event(String, ConfigurationSection)

  /// vici's own limit, in bytes.
  static let maximumLength = 512 * 1024
  static let maximumDepth = 16

  struct Malformed: Error, Hashable {}

  /// The packet with its length in front.
  var encoded: [UInt8] {
    var bytes: [UInt8] = [0, 0, 0, 0]
    func name(_ type: UInt8, _ text: String) {
      let text = text.utf8.prefix(255)
      bytes += [type, UInt8(text.count)] + text
    }
    switch self {
    case .request(let command, let message):
      name(0, command)
      message.encode(into: &bytes)
    case .response(let message):
      bytes.append(1)
      message.encode(into: &bytes)
    case .unknownCommand: bytes.append(2)
    case .register(let event): name(3, event)
    case .unregister(let event): name(4, event)
    case .confirmed: bytes.append(5)
    case .unknownEvent: bytes.append(6)
    case .event(let event, let message):
      name(7, event)
      message.encode(into: &bytes)
    }
    let length = UInt32(truncatingIfNeeded: bytes.count - 4)
    for index in 0..<4 { bytes[index] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * index)) }
    return bytes
  }

  /// - Parameter bytes: one packet, without its length.
  init(decoding bytes: ArraySlice<UInt8>) throws(Malformed) {
    var reader = ViciReader(rest: bytes)
    switch try reader.byte() {
    case 0:
      let name = try reader.name()
      self = .request(name, try reader.message())
    case 1: self = .response(try reader.message())
    case 2: self = .unknownCommand
    case 3: self = .register(try reader.name())
    case 4: self = .unregister(try reader.name())
    case 5: self = .confirmed
    case 6: self = .unknownEvent
    case 7:
      let name = try reader.name()
      self = .event(name, try reader.message())
    default: throw Malformed()
    }
  }
}

extension ConfigurationSection {
  /// Message elements: 1 section start, 2 section end, 3 key and value, 4 list start, 5 list item, 6 list end. Values
  /// longer than 65,535 bytes do not fit and are cut; nothing that the gateway loads comes near that.
  fileprivate func encode(into bytes: inout [UInt8]) {
    func name(_ type: UInt8, _ text: String) {
      let text = text.utf8.prefix(255)
      bytes += [type, UInt8(text.count)] + text
    }
    func value(_ value: [UInt8]) {
      let value = value.prefix(65_535)
      bytes += [UInt8(value.count >> 8), UInt8(value.count & 255)] + value
    }
    for (key, item) in items {
      switch item {
      case .value(let content):
        name(3, key)
        value(content)
      case .list(let contents):
        name(4, key)
        for content in contents {
          bytes.append(5)
          value(content)
        }
        bytes.append(6)
      case .section(let section):
        name(1, key)
        section.encode(into: &bytes)
        bytes.append(2)
      }
    }
  }
}

private struct ViciReader {
  var rest: ArraySlice<UInt8>

  mutating func byte() throws(ViciPacket.Malformed) -> UInt8 {
    guard let byte = rest.popFirst() else { throw ViciPacket.Malformed() }
    return byte
  }
  mutating func bytes(_ count: Int) throws(ViciPacket.Malformed) -> [UInt8] {
    guard rest.count >= count else { throw ViciPacket.Malformed() }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }
  mutating func name() throws(ViciPacket.Malformed) -> String {
    String(decoding: try bytes(Int(try byte())), as: UTF8.self)
  }
  mutating func value() throws(ViciPacket.Malformed) -> [UInt8] {
    let high = try byte()
    return try bytes(Int(high) << 8 | Int(try byte()))
  }
  mutating func message() throws(ViciPacket.Malformed) -> ConfigurationSection {
    let section = try elements(depth: 0)
    guard rest.isEmpty else { throw ViciPacket.Malformed() }
    return section
  }
  private mutating func elements(depth: Int) throws(ViciPacket.Malformed) -> ConfigurationSection {
    guard depth <= ViciPacket.maximumDepth else { throw ViciPacket.Malformed() }
    var section = ConfigurationSection()
    while !rest.isEmpty {
      switch try byte() {
      case 1:
        let name = try name()
        section.set(name, try elements(depth: depth + 1))
      case 2:
        guard depth > 0 else { throw ViciPacket.Malformed() }
        return section
      case 3:
        let name = try name()
        section.set(name, try value())
      case 4:
        let name = try name()
        var list: [[UInt8]] = []
        scan: while true {
          switch try byte() {
          case 5: list.append(try value())
          case 6: break scan
          default: throw ViciPacket.Malformed()
          }
        }
        section.items.append((name, .list(list)))
      default: throw ViciPacket.Malformed()
      }
    }
    guard depth == 0 else { throw ViciPacket.Malformed() }
    return section
  }
}
