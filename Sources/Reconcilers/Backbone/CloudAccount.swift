internal import Cloud
internal import CloudLinkerAPI
internal import Foundations

/// A limit of a cloud, shared by all Backbones that count against it.
final class CloudAccount: Sendable {
  /// Identifies the limit and the credentials that use it. Account, project and subscription come from a spec. Without
  /// the credentials, anybody could name someone else's and use up their requests.
  struct Name: Hashable, Sendable {
    var provider: CloudProvider
    /// For AWS only if a role contains it. Without a role, the same credentials mean the same account.
    var account: String?
    /// EC2 counts by account and region, Google Cloud by project (https://cloud.google.com/compute/api-quota), and
    /// Azure by subscription and caller.
    var region: String?
    /// A digest of the credentials; nil: the operator's own identity.
    var credentials: String?

    init(_ spec: BackboneSpec, credentials: String?) {
      provider = spec.provider
      account = spec.account
      region = spec.provider == .aws ? spec.region : nil
      self.credentials = credentials
    }
  }

  let budget: RequestBudget
  private let places: Int
  private let taken = Locked(0)
  private let searched = Locked<ContinuousClock.Instant?>(nil)

  /// As many Backbones are worked on at once as use up the budget: each sends one request after the other, and an
  /// answer takes up to 0.4 s. More would only wait for each other with outdated plans.
  init(requestsPerSecond: Double, time: any TimeSource) {
    budget = RequestBudget(perSecond: requestsPerSecond, time: time)
    places = max(1, Int(min(requestsPerSecond * 0.4, 1000).rounded(.up)))
  }

  /// Takes a slot if one is free. Otherwise the caller requeues instead of blocking a worker, which Backbones of other
  /// accounts need.
  func enter() -> Bool {
    taken.withLock { taken in
      guard taken < places else { return false }
      taken += 1
      return true
    }
  }

  /// Whether a search for networks without a Backbone is due. If so, it is marked as done.
  func isSearchDue(_ now: ContinuousClock.Instant, every period: Duration) -> Bool {
    searched.withLock { searched in
      if let searched, searched.duration(to: now) < period { return false }
      searched = now
      return true
    }
  }

  func leave() { taken.withLock { $0 -= 1 } }
}

/// The accounts that clients use. An account without clients is forgotten.
final class CloudAccounts: Sendable {
  private struct Entry {
    weak var account: CloudAccount?
  }
  private let entries = Locked<[CloudAccount.Name: Entry]>([:])

  func account(_ name: CloudAccount.Name, make: () -> CloudAccount) -> CloudAccount {
    entries.withLock { entries in
      if let known = entries[name]?.account { return known }
      entries = entries.filter { $0.value.account != nil }
      let made = make()
      entries[name] = Entry(account: made)
      return made
    }
  }

  /// The number of known accounts. One without clients counts until the next account is added.
  var count: Int { entries.withLock { $0.count } }
}
