internal import Cloud
internal import CloudLinkerAPI
internal import Foundations

/// One limit of a cloud, shared by all Backbones that count against it.
final class CloudAccount: Sendable {
  /// Whose limit it is, and by whose credentials it is used. Account, project and subscription are what a spec says, so
  /// without the credentials anybody could use up the requests of somebody else's.
  struct Name: Hashable, Sendable {
    var provider: CloudProvider
    /// Of AWS only where a role tells it; without one, the same credentials are the same account.
    var account: String?
    /// EC2 counts by account and region; Google Cloud by project (https://cloud.google.com/compute/api-quota), Azure by
    /// subscription and by who asks.
    var region: String?
    /// A digest; nil: the operator's own identity.
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

  /// As many Backbones are worked on at once as use the budget up: each sends one request after the other, and an answer
  /// takes up to 0.4 s. More would only wait for each other, with plans that grow old.
  init(requestsPerSecond: Double, time: any TimeSource) {
    budget = RequestBudget(perSecond: requestsPerSecond, time: time)
    places = max(1, Int(min(requestsPerSecond * 0.4, 1000).rounded(.up)))
  }

  /// Takes a place, if there is one. Who gets none comes again and holds no worker meanwhile: Backbones of other
  /// accounts need it.
  func enter() -> Bool {
    taken.withLock { taken in
      guard taken < places else { return false }
      taken += 1
      return true
    }
  }

  /// Whether it is time to look for networks without a Backbone, which is then taken for done.
  func isSearchDue(_ now: ContinuousClock.Instant, every period: Duration) -> Bool {
    searched.withLock { searched in
      if let searched, searched.duration(to: now) < period { return false }
      searched = now
      return true
    }
  }

  func leave() { taken.withLock { $0 -= 1 } }
}

/// The accounts that clients speak to; one that no client has any more is forgotten.
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

  /// How many are known; those without clients are among them until the next one comes.
  var count: Int { entries.withLock { $0.count } }
}
