internal import CloudResources
internal import Foundations
internal import Twingate

extension TwingatePlanner {
  /// How far ahead the end of an access may be for Twingate.
  static let expiry: ClosedRange<Duration> = .seconds(3600) ... .seconds(365 * 86_400)

  struct ResolvedAccess {
    var grants: [AccessGrant] = []
    /// Principals of entries that cannot be resolved. They keep the access they have: an entry that cannot be resolved
    /// removes nothing.
    var untouched: Set<String> = []
    /// The number of entries that cannot be carried out.
    var refused = 0
  }

  /// Compares the access to a resource with the specified access.
  /// - Returns: whether every entry is as specified.
  mutating func planAccess(_ request: ResourceRequest, _ resource: Resource, lane: Lane) -> Bool {
    let access = resolve(request, known: resource.access)
    let role = TwingateRole.resource(request.origin)
    let current = Dictionary(resource.access.map { ($0.principalID, $0) }, uniquingKeysWith: { first, _ in first })
    let missing = access.grants.filter { grant in current[grant.principalID].map { !same($0, grant) } ?? true }
    let keep = access.untouched.union(access.grants.map(\.principalID))
    var extra = resource.access.map(\.principalID).filter { !keep.contains($0) }
    if wanted.foreignAccess == .keep {
      let own = ownGrants(request)
      extra.removeAll { !own.contains($0) }
      settleGrants(request, keep.union(extra))
    }
    if !extra.isEmpty {
      let count = extra.count == 1 ? "1 grant" : "\(extra.count) grants"
      act(
        .resources,
        .revocation,
        .revoke(resource.id, extra.sorted()),
        role: role,
        "revoke \(count) on resource \(request.name)",
        repairs: lane == .repair ? ["resource \(request.name): others had granted access to it"] : []
      )
    }
    if !missing.isEmpty {
      let count = missing.count == 1 ? "1 grant" : "\(missing.count) grants"
      act(
        .resources,
        lane,
        .grant(resource.id, missing),
        role: role,
        "make \(count) on resource \(request.name)",
        repairs: lane == .repair ? ["resource \(request.name): access to it was taken away or changed"] : []
      )
    }
    return extra.isEmpty && missing.isEmpty && access.refused == 0
  }

  /// If access granted by others stays, the grants of the spec are remembered, to be removed when the spec drops them.
  private func ownGrants(_ request: ResourceRequest) -> Set<String> {
    Set((ledger.settled[TwingateRole.grants(request.origin)] ?? "").split(separator: " ").map(String.init))
  }

  mutating func settleGrants(_ request: ResourceRequest, _ principals: Set<String>) {
    guard wanted.foreignAccess == .keep else { return }
    plan.report.settled[TwingateRole.grants(request.origin)] = principals.sorted().joined(separator: " ")
  }

  private func same(_ left: AccessGrant, _ right: AccessGrant) -> Bool {
    effective(left.securityPolicyID) == effective(right.securityPolicyID)
      && left.expiresAt?.seconds == right.expiresAt?.seconds
      && left.accessPolicy == right.accessPolicy && left.approvalMode == right.approvalMode
  }

  /// Turns the entries of a request into grants.
  /// - Parameter known: the present grants. An end that was granted is not requested again, so that it is no mistake
  ///   once it is near.
  mutating func resolve(_ request: ResourceRequest, known: [AccessGrant]) -> ResolvedAccess {
    var access = ResolvedAccess()
    for entry in request.access {
      let place = "resource \(request.name), access of \(entry.principal)"
      guard let (id, kind) = principal(entry.principal, request, place: place, &access) else { continue }
      if let end = entry.expiresAt {
        guard end > now else {
          refuse(.resources, request.origin, .expired, "\(place): it ended at \(end)")
          continue
        }
        let isThere = known.contains { $0.principalID == id && $0.expiresAt?.seconds == end.seconds }
        guard isThere || Self.expiry.contains(end.since(now)) else {
          access.refused += 1
          access.untouched.insert(id)
          let message = "\(place): expiresAt \(end) is not between 1 hour and 1 year ahead"
          refuse(.resources, request.origin, .invalidSpec, message)
          continue
        }
      }
      guard let policy = policy(entry.securityPolicy, request) else {
        access.refused += 1
        access.untouched.insert(id)
        continue
      }
      access.grants.removeAll { $0.principalID == id }
      access.grants.append(AccessGrant(id, kind, securityPolicyID: policy.id, expiresAt: entry.expiresAt))
    }
    return access
  }

  private mutating func principal(
    _ principal: AccessRequest.Principal,
    _ request: ResourceRequest,
    place: String,
    _ access: inout ResolvedAccess
  ) -> (String, AccessGrant.PrincipalKind)? {
    let (name, kind, candidates): (String, AccessGrant.PrincipalKind, [(id: String, name: String)]) =
      switch principal {
      case .group(let name): (name, .group, seen.groups.filter(\.isActive).map { ($0.id, $0.name) })
      case .serviceAccount(let name): (name, .serviceAccount, seen.serviceAccounts.map { ($0.id, $0.name) })
      }
    switch NamedObject.find(name, among: candidates) {
    case .found(let id): return (id, kind)
    case .ambiguous(let ids):
      access.refused += 1
      access.untouched.formUnion(ids)
      let message =
        "\(place): there are \(ids.count) of that name; give the id: \(ids.prefix(5).joined(separator: ", "))"
      refuse(.resources, request.origin, .principalAmbiguous, message)
    case .absent(let nearest):
      // If the connection itself makes the principal, it is on its way.
      let isOwn = wanted.groups.contains { $0.name == name } || wanted.serviceAccounts.contains { $0.name == name }
      guard !isOwn else {
        access.refused += 1
        plan.later(.resources, "grant access to \(principal)")
        return nil
      }
      access.refused += 1
      let hint = nearest.isEmpty ? "" : "; the nearest are \(nearest.joined(separator: ", "))"
      refuse(.resources, request.origin, .principalNotFound, "\(place): there is none of that name\(hint)")
    }
    return nil
  }

  struct ResolvedPolicy {
    /// Nil: the network's default policy.
    var id: String?
  }

  /// A policy by name or id; nil: there is none, which is reported.
  mutating func policy(_ name: String?, _ request: ResourceRequest) -> ResolvedPolicy? {
    guard let name else { return ResolvedPolicy(id: nil) }
    switch NamedObject.find(name, among: seen.securityPolicies.map { ($0.id, $0.name) }) {
    case .found(let id): return ResolvedPolicy(id: effective(id))
    case .ambiguous(let ids):
      let message =
        "resource \(request.name): security policy \(name) is there \(ids.count) times; give an id: "
        + ids.prefix(5).joined(separator: ", ")
      refuse(.resources, request.origin, .principalAmbiguous, message)
    case .absent(let nearest):
      let hint = nearest.isEmpty ? "" : "; the nearest are \(nearest.joined(separator: ", "))"
      let message = "resource \(request.name): there is no security policy \(name)\(hint)"
      refuse(.resources, request.origin, .principalNotFound, message)
    }
    return nil
  }

  /// The default policy reads as null or as its id.
  func effective(_ policyID: String?) -> String? {
    let isDefault = seen.securityPolicies.contains { $0.id == policyID && $0.name == SecurityPolicy.defaultName }
    return isDefault ? nil : policyID
  }
}
