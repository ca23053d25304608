public import Foundations
public import Kubernetes

/// Takes part in a leader election until cancelled.
public final class Leadership: Sendable {
  public enum Ended: Sendable, Equatable { case stopped, lost }

  private let client: any KubernetesAPI
  private let key: ObjectKey
  private let identity: String
  private let options: LeaderElection.Options
  private let time: any TimeSource
  private let logger: Logger
  private let registry: MetricsRegistry

  /// - Parameters:
  ///   - key: the Lease.
  ///   - identity: unique to this process, for example the pod's name and a random suffix.
  ///   - duration: how long a lease is good without renewal.
  ///   - renewDeadline: a leader that could not renew for this long gives up.
  ///   - retryPeriod: pause between attempts.
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
    self.logger = logger
    setLeading(false)
  }

  /// Waits to lead, then runs `lead` until it ends, the task is cancelled or the lease is lost. The lease is released
  /// unless it was lost.
  public func run(_ lead: @escaping @Sendable () async -> Void) async -> Ended {
    var election = LeaderElection(identity: identity, key: key, options: options)
    while await attempt(&election) == nil {
      guard !Task.isCancelled else { return .stopped }
      // A little apart from each other, so that two candidates do not collide each time (client-go: factor 1.2).
      try? await time.sleep(for: options.retryPeriod.jittered(by: 0.2))
      guard !Task.isCancelled else { return .stopped }
    }
    logger.info("became the leader", ["lease": .string(key.description), "identity": .string(identity)])
    setLeading(true)
    let ended = await hold(election, lead)
    setLeading(false)
    if ended == .stopped { await release() }
    return ended
  }

  private func hold(_ election: LeaderElection, _ lead: @escaping @Sendable () async -> Void) async -> Ended {
    await withTaskGroup(of: Ended.self) { group in
      group.addTask {
        await lead()
        return .stopped
      }
      group.addTask { [self] in
        var election = election
        var renewed = time.now
        while true {
          try? await time.sleep(for: options.retryPeriod)
          if Task.isCancelled { return .stopped }
          if await attempt(&election) != nil { renewed = time.now }
          if Task.isCancelled { return .stopped }
          if renewed.duration(to: time.now) > options.renewDeadline {
            logger.error("lost the lease", ["lease": .string(key.description)])
            return .lost
          }
        }
      }
      var outcome = Ended.stopped
      if let first = await group.next() { outcome = first }
      group.cancelAll()
      for await _ in group {}
      return outcome
    }
  }

  /// One look at the lease, and one write if it is ours to take.
  /// - Returns: the lease as written; nil when we do not hold it.
  private func attempt(_ election: inout LeaderElection) async -> Lease? {
    do {
      let lease = try await read()
      switch election.next(lease, now: time.now, wall: time.timestamp) {
      case .wait: return nil
      case .create(let lease): return try await client.create(lease)
      case .replace(let lease): return try await client.replace(lease)
      }
    } catch {
      if !Task.isCancelled, error.kind != .conflict, error.kind != .alreadyExists {
        logger.warning("the lease could not be read or written", ["error": .string(error.message)])
      }
      return nil
    }
  }

  private func read() async throws(KubernetesError) -> Lease? {
    do {
      return try await client.get(Lease.self, key)
    } catch  where error.kind == .notFound {
      return nil
    }
  }

  /// In a task of its own: the one that was cancelled could not send anything any more.
  private func release() async {
    let (client, key, identity, time) = (client, key, identity, time)
    await Task {
      guard let lease = try? await client.get(Lease.self, key), lease.spec?.holderIdentity == identity else { return }
      _ = try? await client.replace(LeaderElection.released(lease, time.timestamp))
    }.value
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
