internal import AWS
internal import CloudResources
internal import Foundations

/// Collects a plan. Its parts are in files of their own; the rules:
///
///     an object by mark and role       and it                          then
///     none                             is wanted                       create
///     one                              is as wanted                    nothing
///     one                              differs in what can change      change; tell it as a repair
///     one                              differs in what cannot          a problem: a person must decide
///     several                          —                               keep the one in use, else the lowest id
///     any                              is not kept                     delete, in order of dependencies
///     made a moment ago, not shown     —                               wait: nothing is done meanwhile
///     not ours                         is in the way                   a problem that names it
struct AWSNetworkPlanner: NetworkPlanning {
  let desired: DesiredNetwork
  let state: AWSNetworkState
  let now: Timestamp
  var plan = NetworkPlan<AWSNetworkAction>()
  /// Ids that stay.
  var kept: Set<String> = []
  /// Ids of NAT gateways that must go before their successors can be made, because those need the same address.
  var replaced: Set<String> = []
  /// What is to be done about the tags of what stays, in the order in which it was found.
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
        "VPC \(id) has lost its mark: put back the tag \(OwnershipMark.key)=\(desired.mark.value) if it is this Backbone's, "
          + "or delete the VPC"
      )
      return keepKnown()
    }
    guard let vpc = network() else { return keepKnown() }
    // First, so that nothing that goes wrong elsewhere keeps a firewall open.
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

  /// With credentials of another account nothing of the network would be found, and it would be made a second time or
  /// taken for deleted.
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

  /// Nothing else was compared: what an earlier reconcile knew stays known.
  mutating func keepKnown() { plan.report.ledger.fill(from: desired.ledger) }

  mutating func wait(_ part: NetworkPart, _ what: String, seconds: Int = 15) {
    plan.wait(part, what, for: .seconds(seconds))
  }

  /// The object stays: it is entered into the report, and its tags are put right.
  /// - Parameters:
  ///   - own: tags of the user's for this object alone.
  ///   - extra: tags of the operator's for it.
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

  /// Tells that something which was there before is made again.
  func repairOfLost(_ role: String) -> String? {
    desired.knownIDs[role].map { "\(role) \($0) was deleted outside: made again" }
  }

  func owns(_ tags: [String: String]) -> Bool { desired.owns(tags) }

  /// The one of that role to keep: the most used, else the lowest id.
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
