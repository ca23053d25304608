/// The traffic that a resource admits.
public struct Protocols: Sendable, Hashable {
  public var allowsICMP: Bool
  public var tcp: Ports
  public var udp: Ports

  public init(tcp: Ports, udp: Ports, allowsICMP: Bool) {
    self.tcp = tcp
    self.udp = udp
    self.allowsICMP = allowsICMP
  }

  /// Applies to a resource without protocols.
  public static let everything = Protocols(tcp: .all, udp: .all, allowsICMP: true)
}

/// Ports of one protocol, normalised as Twingate does it: sorted, with ranges that touch or overlap merged.
public struct Ports: Sendable, Hashable, CustomStringConvertible {
  /// Nil: every port.
  public let ranges: [ClosedRange<UInt16>]?

  public static let all = Ports(ranges: nil)
  public static let none = Ports([])
  private init(ranges: [ClosedRange<UInt16>]?) { self.ranges = ranges }

  public init(_ ranges: [ClosedRange<UInt16>]) {
    var merged: [ClosedRange<UInt16>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, Int(range.lowerBound) <= Int(last.upperBound) + 1 {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    self.ranges = merged
  }

  public var description: String {
    guard let ranges else { return "all" }
    let words = ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
    return words.isEmpty ? "none" : words.joined(separator: ",")
  }
}

extension Ports: Decodable {
  private struct Range: Decodable { var start, end: UInt16 }
  private struct Fields: Decodable {
    var policy: String
    var ports: [Range]?
  }

  public init(from decoder: any Decoder) throws {
    let fields = try Fields(from: decoder)
    guard fields.policy != "ALLOW_ALL" else { self = .all; return }
    self.init((fields.ports ?? []).filter { $0.start <= $0.end }.map { $0.start...$0.end })
  }
}

extension Protocols: Decodable {
  private enum Key: String, CodingKey { case allowIcmp, tcp, udp }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    allowsICMP = try fields.decode(Bool.self, forKey: .allowIcmp)
    tcp = try fields.decode(Ports.self, forKey: .tcp)
    udp = try fields.decode(Ports.self, forKey: .udp)
  }
}
