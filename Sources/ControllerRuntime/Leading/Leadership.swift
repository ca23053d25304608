public import Foundations
public import Kubernetes

/// Takes part in a leader election until cancelled.
public final class Leadership: Sendable {
  public enum Ended: Sendable, Equatable { case stopped, lost }

  let client: any KubernetesAPI
  let key: ObjectKey
  let identity: String
  let options: LeaderElection.Options
  let time: any TimeSource
  let logger: Logger
  private let registry: MetricsRegistry

  /// - Parameters:
  ///   - key: the key of the Lease.
  ///   - identity: unique to this process, for example the pod's name and a random suffix.
  ///   - duration: how long a lease is valid without renewal (client-go: 15 s), rounded up to whole seconds.
  ///   - renewDeadline: a leader that could not renew for this long gives up (10 s); at most nine tenths of `duration`.
  ///     One request may take half of it.
  ///   - retryPeriod: the pause between attempts (2 s); at most half of `renewDeadline`.
  public init(
    client: any KubernetesAPI,
    key: ObjectKey,
    identity: String,
    duration: Duration = .seconds(15),
    renewDeadline: Duration = .seconds(10),
    retryPeriod: Duration = .seconds(2),
    registry: MetricsRegistry,
    time: any TimeSource = SystemTimeSource(),
    logger: Logger = .none
  ) {
    self.client = client
    self.key = key
    self.identity = identity
    options = LeaderElection.Options(duration: duration, renewDeadline: renewDeadline, retryPeriod: retryPeriod)
    self.registry = registry
    self.time = time
    self.logger = logger.with(["lease": .string(key.description), "identity": .string(identity)])
    setLeading(false)
  }

  /// Waits for the lead, then runs `lead` until it ends, the task is cancelled or the lease is lost.
  /// - Parameters:
  ///   - lead: is cancelled in the last two cases. If the lease is lost, even while `lead` is ending, nothing waits for
  ///     its end.
  ///   - beforeRelease: runs on a clean stop, after `lead` and before the lease is released.
  public func run(
    _ lead: @escaping @Sendable () async -> Void,
    beforeRelease: @escaping @Sendable () async -> Void = {}
  ) async -> Ended {
    let election = Locked(LeaderElection(identity: identity, key: key, options: options))
    var seen: String?
    while await attempt(election) != .held {
      let holder = election.withLock { $0.holder }
      if let holder, holder != seen { logger.info("another process leads", ["leader": .string(holder)]) }
      seen = holder
      // The pauses differ a little, so that two candidates do not collide every time (client-go: factor 1.2).
      if !Task.isCancelled { try? await time.sleep(for: options.retryPeriod * Double.random(in: 1...1.2)) }
      guard !Task.isCancelled else {
        await beforeRelease()
        return .stopped
      }
    }
    logger.info("became the leader")
    setLeading(true)
    let ended = await hold(election, lead)
    setLeading(false)
    if ended == .stopped {
      await beforeRelease()
      await release()
    } else {
      logger.error("lost the lease")
    }
    return ended
  }

  private func hold(_ election: Locked<LeaderElection>, _ lead: @escaping @Sendable () async -> Void) async -> Ended {
    let work = Task { await lead() }
    let renewed = Locked(time.now)
    guard await keep(election, renewed, during: work) == .stopped else {
      work.cancel()
      return .lost
    }
    work.cancel()
    // Reconciles that are under way are finished, which may take longer than the lease is valid. Renewing it needs a
    // task of its own, because the current one is cancelled.
    return await Task { await keep(election, renewed, during: work) }.value
  }

  /// Renews the lease until the work ends, the lease was not renewed in time, the lease names another holder, or our
  /// own task is cancelled, whichever comes first.
  private func keep(
    _ election: Locked<LeaderElection>,
    _ renewed: Locked<ContinuousClock.Instant>,
    during work: Task<Void, Never>
  ) async -> Ended {
    await withTaskGroup(of: Ended?.self) { group in
      group.addTask {
        await Self.wait(for: work)
        return .stopped
      }
      group.addTask { [self] in
        // The deadline runs beside the renewal, because an API server that does not answer must not keep us leading.
        while !Task.isCancelled {
          let deadline = renewed.withLock { $0 }.advanced(by: options.renewDeadline)
          if time.now >= deadline { return .lost }
          try? await time.sleep(until: deadline)
        }
        return .stopped
      }
      group.addTask { [self] in
        while !Task.isCancelled {
          try? await time.sleep(for: options.retryPeriod)
          // Counted from before the request, because the server may have written the lease as early as that.
          let sent = time.now
          guard !Task.isCancelled else { return nil }
          switch await attempt(election) {
          case .held: renewed.withLock { $0 = sent }
          case .heldByAnother:
            // Someone deleted or changed the lease and another process took it. That process is already working.
            logger.error("another process holds the lease", ["leader": .string(election.withLock { $0.holder } ?? "")])
            return .lost
          case .failed: break
          }
        }
        return nil
      }
      var outcome: Ended = .stopped
      for await ended in group {
        guard let ended else { continue }
        outcome = Task.isCancelled ? .stopped : ended
        break
      }
      group.cancelAll()
      return outcome
    }
  }

  /// Waits for `work`, or until our own task is cancelled.
  private static func wait(for work: Task<Void, Never>) async {
    let ended = Latch()
    let watcher = Task {
      await work.value
      ended.open()
    }
    await ended.wait()
    watcher.cancel()
  }

  private func setLeading(_ isLeading: Bool) {
    registry.set(
      "leader_election_master_status",
      ["name": key.name],
      to: isLeading ? 1 : 0,
      help: "1: this process leads"
    )
  }
}
