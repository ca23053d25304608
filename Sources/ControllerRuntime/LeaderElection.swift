internal import Foundations
internal import Kubernetes

/// Who leads, decided on a Lease: a value that is told what the Lease says and says what to write.
///
///     lease seen                                     step
///     absent                                         create it with our name
///     ours                                           renew it
///     another's, renewed within its duration         wait
///     another's, not renewed for its duration        take it over
///     released (no holder)                           take it over
///
/// Whether a lease was renewed is told by watching it change on our own monotonic clock, as client-go does: the clocks
/// of two machines need not agree.
struct LeaderElection {
  struct Options: Sendable {
    /// How long a lease is good without renewal (client-go: 15 s).
    var duration: Duration = .seconds(15)
    /// A leader that could not renew for this long gives up (client-go: 10 s).
    var renewDeadline: Duration = .seconds(10)
    /// Pause between attempts (client-go: 2 s).
    var retryPeriod: Duration = .seconds(2)
  }
  enum Step: Equatable {
    case create(Lease)
    /// With the resourceVersion that was read, so that of two who try one succeeds.
    case replace(Lease)
    case wait
  }

  let identity: String
  let key: ObjectKey
  let options: Options
  private var observed: Lease.Spec?
  private var observedAt: ContinuousClock.Instant?

  init(identity: String, key: ObjectKey, options: Options) {
    self.identity = identity
    self.key = key
    self.options = options
  }

  mutating func next(_ lease: Lease?, now: ContinuousClock.Instant, wall: Timestamp) -> Step {
    guard var lease else {
      var fresh = Lease(metadata: ObjectMeta(name: key.name, namespace: key.namespace), spec: Lease.Spec())
      claim(&fresh, wall, isTransition: false)
      fresh.spec?.leaseTransitions = 0
      return .create(fresh)
    }
    if lease.spec != observed {
      observed = lease.spec
      observedAt = now
    }
    let holder = lease.spec?.holderIdentity ?? ""
    if holder == identity {
      claim(&lease, wall, isTransition: false)
      return .replace(lease)
    }
    let duration = lease.spec?.leaseDurationSeconds.map { Duration.seconds($0) } ?? options.duration
    let isExpired = observedAt.map { $0.duration(to: now) > duration } ?? false
    guard holder.isEmpty || isExpired else { return .wait }
    claim(&lease, wall, isTransition: true)
    return .replace(lease)
  }

  private func claim(_ lease: inout Lease, _ wall: Timestamp, isTransition: Bool) {
    var spec = lease.spec ?? Lease.Spec()
    let isNew = spec.holderIdentity != identity
    spec.holderIdentity = identity
    spec.leaseDurationSeconds = Int(options.duration.components.seconds)
    spec.renewTime = MicroTimestamp(wall)
    if isNew { spec.acquireTime = MicroTimestamp(wall) }
    if isTransition { spec.leaseTransitions = (spec.leaseTransitions ?? 0).addingReportingOverflow(1).partialValue }
    lease.spec = spec
  }

  /// The lease as we leave it on a clean stop: with no holder and a second to live, so that the next one need not wait.
  static func released(_ lease: Lease, _ wall: Timestamp) -> Lease {
    var lease = lease
    lease.spec?.holderIdentity = ""
    lease.spec?.leaseDurationSeconds = 1
    lease.spec?.renewTime = MicroTimestamp(wall)
    return lease
  }
}
