internal import AWS
internal import Foundations

extension DesiredNetwork.Rule {
  /// The rule in EC2's form: one for each range of ports.
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
  /// The rule that EC2 puts into a new group.
  static let allOut = EC2.Rule(transport: "-1", peer: .ipv4("0.0.0.0/0"))
  static func members(of group: String) -> EC2.Rule { EC2.Rule(transport: "-1", peer: .group(group)) }
}

/// The rules of one security group, in EC2's form.
struct AWSGroupRules {
  /// Whether members of the group may talk to each other.
  var includesMembers: Bool
  private var ingress: Set<EC2.Rule> = []
  private var egress: Set<EC2.Rule> = []
  private var ingressNotes: [EC2.Rule: String] = [:]
  private var egressNotes: [EC2.Rule: String] = [:]

  init(includesMembers: Bool) { self.includesMembers = includesMembers }

  /// If two rules differ only in their descriptions, the first one is kept.
  mutating func add(_ rule: DesiredNetwork.Rule, _ direction: EC2Client.Direction) {
    for written in rule.ec2 {
      switch direction {
      case .ingress:
        ingress.insert(written)
        ingressNotes[written] = ingressNotes[written] ?? rule.description
      case .egress:
        egress.insert(written)
        egressNotes[written] = egressNotes[written] ?? rule.description
      }
    }
  }

  func all(_ direction: EC2Client.Direction) -> Set<EC2.Rule> { direction == .ingress ? ingress : egress }
  func notes(_ direction: EC2Client.Direction) -> [EC2.Rule: String] {
    direction == .ingress ? ingressNotes : egressNotes
  }

  /// The number of rules as EC2 counts them.
  func count(_ direction: EC2Client.Direction) -> Int { all(direction).count + (includesMembers ? 1 : 0) }
}

extension AWSGroupRules {
  /// The rules of the security group for a Backbone's machines.
  init(workloadsOf desired: DesiredNetwork) {
    self.init(includesMembers: true)
    for rule in desired.ingressRules { add(rule, .ingress) }
    for rule in desired.egressRules { add(rule, .egress) }
    for range in desired.givenPodRanges {
      for direction in [EC2Client.Direction.ingress, .egress] {
        add(DesiredNetwork.Rule(cidr: range, transport: .all), direction)
      }
    }
    guard !desired.privateServices.isEmpty else { return }
    // Endpoints are not members of this group. The rule names a range and not their group, because either group would
    // otherwise keep the other from being deleted.
    add(DesiredNetwork.Rule(cidr: desired.cidr, transport: .tcp, ports: [443...443]), .egress)
  }

  /// Explains that EC2 accepts no more rules, and that the owner of the account can raise the limit.
  func explanation(_ direction: EC2Client.Direction) -> String {
    let field = direction == .ingress ? "spec.ingress.allow" : "spec.egress.allow"
    return
      "\(field): these come to \(count(direction)) rules in the security group, with a rule for each range of ports and "
      + "the operator's own. EC2 takes 60 unless the account's quota L-0EA8095F is higher: join ranges or ports, or have "
      + "the quota raised"
  }
}
