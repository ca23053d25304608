internal import AWS
internal import Foundations

extension DesiredNetwork.Rule {
  /// As EC2 writes them: a rule for every range of ports.
  ///
  ///     TCP, no ports      tcp 0–65535
  ///     ICMP               icmp, type and code −1
  ///     All, no ports      -1
  ///     All, with ports    tcp and udp with these ports
  var ec2: [EC2.Rule] {
    let peer = EC2.Rule.Peer.ipv4(cidr.description)
    func rules(_ transport: String) -> [EC2.Rule] {
      let ranges = ports.isEmpty ? [0...65535] : ports
      return ranges.map {
        EC2.Rule(transport: transport, from: $0.lowerBound, to: $0.upperBound, peer: peer)
      }
    }
    switch transport {
    case .tcp: return rules("tcp")
    case .udp: return rules("udp")
    case .icmp: return [EC2.Rule(transport: "icmp", from: -1, to: -1, peer: peer)]
    case .all where ports.isEmpty: return [EC2.Rule(transport: "-1", peer: peer)]
    case .all: return rules("tcp") + rules("udp")
    }
  }
}

extension EC2.Rule {
  /// What EC2 puts into a new group.
  static let allOut = EC2.Rule(transport: "-1", peer: .ipv4("0.0.0.0/0"))
  static func members(of group: String) -> EC2.Rule { EC2.Rule(transport: "-1", peer: .group(group)) }
}
