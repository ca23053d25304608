internal import Foundations

/// Questions for A records and their answers (RFC 1035). No I/O.
enum DNSMessage {
  enum Answer: Sendable, Hashable {
    case addresses([IPv4Address], timeToLive: UInt32)
    /// The answer is too long for UDP: ask again over TCP.
    case truncated
    /// The name does not exist, or has no address.
    case noSuchName
    /// The server's response code.
    case refused(UInt8)
  }

  /// A recursive question; nil if DNS cannot carry the name.
  static func question(_ name: String, id: UInt16) -> [UInt8]? {
    guard let encoded = encoded(name) else { return nil }
    return [UInt8(id >> 8), UInt8(id & 255), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + encoded + [0, 1, 0, 1]
  }

  /// The answer to the question; nil when the message answers another one, or is malformed.
  static func answer(_ bytes: [UInt8], to name: String, id: UInt16) -> Answer? {
    guard bytes.count >= 12, word(bytes, 0) == id, bytes[2] & 0xf8 == 0x80, word(bytes, 4) == 1,
      let wanted = encoded(name).flatMap({ readName($0, at: 0)?.name }),
      let asked = readName(bytes, at: 12), asked.name == wanted, asked.end + 4 <= bytes.count,
      word(bytes, asked.end) == 1, word(bytes, asked.end + 2) == 1
    else { return nil }
    if bytes[2] & 2 != 0 { return .truncated }
    switch bytes[3] & 15 {
    case 0: break
    case 3: return .noSuchName
    case let code: return .refused(code)
    }
    struct Record {
      var owner: [UInt8]
      var timeToLive: UInt32
      var address: IPv4Address?
      var alias: [UInt8]?
    }
    var records: [Record] = []
    var offset = asked.end + 4
    for _ in 0..<min(Int(word(bytes, 6)), 256) {
      guard let owner = readName(bytes, at: offset), owner.end + 10 <= bytes.count else { return nil }
      let type = word(bytes, owner.end)
      let timeToLive = UInt32(word(bytes, owner.end + 4)) << 16 | UInt32(word(bytes, owner.end + 6))
      let length = Int(word(bytes, owner.end + 8))
      let start = owner.end + 10
      guard start + length <= bytes.count else { return nil }
      var record = Record(owner: owner.name, timeToLive: timeToLive)
      if type == 1, length == 4, word(bytes, owner.end + 2) == 1 {
        record.address = IPv4Address(bits: bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) })
      } else if type == 5 {
        guard let alias = readName(bytes, at: start) else { return nil }
        record.alias = alias.name
      }
      records.append(record)
      offset = start + length
    }
    var name = asked.name
    var timeToLive = UInt32.max
    for _ in 0..<16 {
      let found = records.filter { $0.owner == name && $0.address != nil }
      if !found.isEmpty {
        timeToLive = found.reduce(timeToLive) { min($0, $1.timeToLive) }
        return .addresses(found.compactMap(\.address), timeToLive: timeToLive)
      }
      guard let alias = records.first(where: { $0.owner == name && $0.alias != nil }), let next = alias.alias else {
        break
      }
      timeToLive = min(timeToLive, alias.timeToLive)
      name = next
    }
    return .noSuchName
  }

  private static func encoded(_ name: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    for label in name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
      guard (1...63).contains(label.count) else { return nil }
      bytes.append(UInt8(label.count))
      bytes += label
    }
    return bytes.count <= 254 ? bytes + [0] : nil
  }

  /// The name at `offset`, in lower case as length-prefixed labels, and where it ends. Pointers may only lead
  /// backwards, so they cannot form a loop.
  private static func readName(_ bytes: [UInt8], at offset: Int) -> (name: [UInt8], end: Int)? {
    var name: [UInt8] = []
    var position = offset
    var end: Int?
    var limit = offset
    while position < bytes.count {
      let length = Int(bytes[position])
      switch length & 0xc0 {
      case 0:
        if length == 0 { return (name, end ?? position + 1) }
        guard position + 1 + length <= bytes.count, name.count + 1 + length <= 254 else { return nil }
        name.append(UInt8(length))
        for byte in bytes[(position + 1)..<(position + 1 + length)] {
          name.append((UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte)
        }
        position += 1 + length
      case 0xc0:
        guard position + 1 < bytes.count else { return nil }
        let target = (length & 0x3f) << 8 | Int(bytes[position + 1])
        if end == nil { end = position + 2 }
        guard target < limit else { return nil }
        limit = target
        position = target
      default: return nil
      }
    }
    return nil
  }

  private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt16 {
    offset + 1 < bytes.count ? UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1]) : 0
  }
}
