internal import AWS
internal import CloudResources
internal import Foundations

/// Collects a plan for AWS. The parts of the network are planned in files of their own, by these rules:
///
///     an object by mark and role       and it                          then
///     none                             is wanted                       create
///     one                              is as wanted                    nothing
///     one                              differs in what can change      change it and report a repair
///     one                              differs in what cannot change   a problem: a person must decide
///     several                          —                               keep the one in use, else the lowest id
///     any                              is not kept                     delete, in order of dependencies
///     created a moment ago, not listed —                               wait, and do nothing else
///     one of others                    is in the way                   a problem that names it
struct AWSNetworkPlanner: NetworkPlanning {
  let desired: DesiredNetwork
  let state: AWSNetworkState
  let now: Timestamp
  var plan = NetworkPlan<AWSNetworkAction>()
  /// Ids of the objects that stay.
  var kept: Set<String> = []
  /// Ids of NAT gateways whose address their successors need. They are deleted before the successors are created.
  var replaced: Set<String> = []
  /// Changes to the tags of objects that stay, in the order in which they were found.
  private var retags: [(part: NetworkPart, id: String, change: DesiredNetwork.Retagging)] = []

  init(_ desired: DesiredNetwork, _ state: AWSNetworkState, now: Timestamp) {
    self.desired = desired
    self.state = state
    self.now = now
  }

  mutating func planPresence() {
    defer { retag() }
    guard !isElsewhere() else { return }
    guard state.unseen.isEmpty else {
      waitForUnseen()
      return keepKnown()
    }
    if let id = state.unmarkedVPC {
      problem(
        .network,
        .foreignObject,
        "VPC \(id) has lost its mark: restore the tag \(OwnershipMark.key)=\(desired.mark.value) if it is this Backbone's, "
          + "or delete the VPC"
      )
      return keepKnown()
    }
    guard let vpc = network() else { return keepKnown() }
    // Firewalls come first, so that no failure elsewhere keeps one open.
    let endpointsGroup = firewall(vpc)
    let targets = egress(vpc)
    let subnets = privateSubnets(vpc)
    let podSubnets = podSubnets(vpc)
    routes(vpc, subnets: subnets, podSubnets: podSubnets, targets: targets)
    if let endpointsGroup { interfaceEndpoints(vpc, subnets: subnets, group: endpointsGroup) }
    flowLog(vpc)
    tearDownSurplus()
    plan.judge()
  }

  /// Whether the credentials belong to another account. They would show nothing of the network, which would then be
  /// created a second time or taken for deleted.
  mutating func isElsewhere() -> Bool {
    guard let account = state.account, let known = desired.account, account != known else { return false }
    problem(
      .network,
      .credentialsRefused,
      "the credentials are of AWS account \(account), but this Backbone's network is in account \(known): use credentials, "
        + "or a role, of \(known)"
    )
    keepKnown()
    return true
  }

  mutating func waitForUnseen() {
    plan.obstacle = "EC2 to show what was made"
    for (role, id) in state.unseen.sorted(by: { $0.key < $1.key }) {
      wait(.network, "\(role) \(id) was made a moment ago and EC2 does not show it yet", seconds: 5)
    }
  }

  /// Nothing else was compared, so everything that an earlier pass remembered is kept.
  mutating func keepKnown() { plan.report.ledger.fill(from: desired.ledger) }

  mutating func wait(_ part: NetworkPart, _ what: String, seconds: Int = 15) {
    plan.wait(part, what, for: .seconds(seconds))
  }

  /// Keeps the object: enters it into the report and corrects its tags.
  /// - Parameters:
  ///   - own: user-supplied tags for this object alone.
  ///   - extra: tags that the operator sets on this object alone.
  mutating func keep(
    _ part: NetworkPart,
    role: String,
    _ id: String,
    tags: [String: String],
    own: [String: String] = [:],
    extra: [String: String] = [:]
  ) {
    kept.insert(id)
    plan.report.ids[role] = id
    let change = desired.with(own).retagging(role: role, tags, extra: extra)
    if !change.isNothing { retags.append((part, id, change)) }
  }

  /// One call removes the same tags from all objects that have them, and one sets the same tags on all that lack them.
  private mutating func retag() {
    for keys in distinct(retags.map { $0.change.remove }) where !keys.isEmpty {
      let alike = retags.filter { $0.change.remove == keys }
      plan.act(alike[0].part, .removeTags(alike.map { $0.id }, keys: keys), isCosmetic: true)
    }
    for tags in distinct(retags.map { $0.change.set }) where !tags.isEmpty {
      let alike = retags.filter { $0.change.set == tags }
      let repairs = alike.filter { !$0.change.drift.isEmpty }.map {
        "\($0.id) had other tags than the spec says: \($0.change.repair)"
      }
      plan.act(alike[0].part, .setTags(alike.map { $0.id }, tags), repairs: repairs, isCosmetic: true)
    }
  }

  private func distinct<Value: Hashable>(_ values: [Value]) -> [Value] {
    var seen: Set<Value> = []
    return values.filter { seen.insert($0).inserted }
  }

  /// The report of a repair, if the object existed before.
  func repairOfLost(_ role: String) -> String? {
    desired.knownIDs[role].map { "\(role) \($0) was deleted by someone else: created again" }
  }

  func owns(_ tags: [String: String]) -> Bool { desired.owns(tags) }

  /// The object of that role to keep: the one that is used most, else the one with the lowest id.
  func pick<Object>(
    _ objects: [Object],
    role: String,
    id: (Object) -> String,
    tags: (Object) -> [String: String],
    use: (Object) -> Int
  ) -> Object? {
    objects.filter { owns(tags($0)) && desired.role(id($0), tags($0)) == role }
      .min { (-use($0), id($0)) < (-use($1), id($1)) }
  }
}
