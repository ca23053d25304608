internal import Foundations
internal import Kubernetes

/// Decides by a Lease which process leads. A value without I/O: it receives the Lease as it is and returns what to
/// write.
///
///     lease seen                                     step
///     absent                                         create it with our name
///     ours                                           renew it
///     another's, renewed within its duration         wait; a leader that sees this has lost the lease
///     another's, not renewed for its duration        take it over
///     released (no holder)                           take it over
///
/// A lease counts as renewed when we see it change, measured by our own monotonic clock, as in client-go. The clocks of
/// two machines need not agree.
struct LeaderElection {
  struct Options: Sendable {
    /// How long a lease is valid without renewal (client-go: 15 s).
    var duration: Duration
    /// A leader that could not renew for this long gives up (client-go: 10 s). It is shorter than `duration`, so that
    /// the leader has given up before another takes over.
    var renewDeadline: Duration
    /// The pause between attempts (client-go: 2 s).
    var retryPeriod: Duration
    /// The longest wait for one answer, so that one hanging request does not cost the lead (client-go's
    /// `resourcelock.NewFromKubeconfig`: half of the renew deadline).
    var requestLimit: Duration { renewDeadline / 2 }

    /// Adjusts the three durations so that they are safe together, whatever the flags say: a lease lasts whole seconds,
    /// at least one, and a leader gives up before its lease ends and tries more than once before that.
    init(
      duration: Duration = .seconds(15),
      renewDeadline: Duration = .seconds(10),
      retryPeriod: Duration = .seconds(2)
    ) {
      let (seconds, rest) = duration.components
      self.duration = .seconds(max(1, seconds + (rest > 0 ? 1 : 0)))
      self.renewDeadline = min(max(renewDeadline, .milliseconds(10)), self.duration * 0.9)
      self.retryPeriod = min(max(retryPeriod, .milliseconds(1)), self.renewDeadline * 0.5)
    }
  }
  enum Step: Equatable {
    case create(Lease)
    /// Contains the resourceVersion that was read, so that only one of two candidates succeeds.
    case replace(Lease)
    case wait
  }

  let identity: String
  let key: ObjectKey
  let options: Options
  /// The lease as we wrote it last. It is renewed without reading it first, because a write by another process shows as
  /// a conflict.
  private(set) var held: Lease?
  private var observed: Lease.Spec?
  private var observedAt: ContinuousClock.Instant?

  init(identity: String, key: ObjectKey, options: Options) {
    self.identity = identity
    self.key = key
    self.options = options
  }

  /// The holder of the lease when it was last read; nil: nobody.
  var holder: String? { observed?.holderIdentity.flatMap { $0.isEmpty ? nil : $0 } }

  /// - Parameters:
  ///   - lease: the lease on the API server; nil if there is none.
  ///   - now: monotonic time, for measuring.
  ///   - wall: the time to write, for people.
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
    guard holder.isEmpty || isExpired(lease, now) else { return .wait }
    claim(&lease, wall, isTransition: true)
    return .replace(lease)
  }

  /// Call this after our write was accepted.
  mutating func wrote(_ lease: Lease, now: ContinuousClock.Instant) {
    held = lease
    observed = lease.spec
    observedAt = now
  }

  /// Call this after our write was refused, or without an answer: the lease must be read before the next write.
  mutating func failed() { held = nil }

  /// The next renewal of a lease that we hold, without reading it first.
  func renewal(wall: Timestamp) -> Lease? {
    guard var lease = held else { return nil }
    claim(&lease, wall, isTransition: false)
    return lease
  }

  private func isExpired(_ lease: Lease, _ now: ContinuousClock.Instant) -> Bool {
    // Someone else may have written an absurd duration. It must not lock us out for ever, so a lease lasts a day at
    // most.
    let stated = lease.spec?.leaseDurationSeconds.map { Duration.seconds(min(max($0, 1), 86_400)) }
    return observedAt.map { $0.duration(to: now) > stated ?? options.duration } ?? false
  }

  private func claim(_ lease: inout Lease, _ wall: Timestamp, isTransition: Bool) {
    var spec = lease.spec ?? Lease.Spec()
    let isNew = spec.holderIdentity != identity
    spec.holderIdentity = identity
    spec.leaseDurationSeconds = Int(clamping: options.duration.components.seconds)
    spec.renewTime = MicroTimestamp(wall)
    if isNew { spec.acquireTime = MicroTimestamp(wall) }
    if isTransition { spec.leaseTransitions = (spec.leaseTransitions ?? 0) &+ 1 }
    lease.spec = spec
  }

  /// The lease after a clean stop: without a holder and valid for a second, so that the next leader need not wait.
  static func released(_ lease: Lease, _ wall: Timestamp) -> Lease {
    var lease = lease
    lease.spec?.holderIdentity = ""
    lease.spec?.leaseDurationSeconds = 1
    lease.spec?.renewTime = MicroTimestamp(wall)
    return lease
  }
}
