internal import Foundations
internal import Kubernetes

extension Leadership {
  enum Attempt {
    case held
    /// The lease was read and names another process, which renewed it in time.
    case heldByAnother
    case failed
  }

  /// Writes the lease once if the election allows it. Reads it first unless we hold it.
  func attempt(_ election: Locked<LeaderElection>) async -> Attempt {
    do {
      if try await renew(election) { return .held }
      let lease = try await read()
      let written: Lease
      switch election.withLock({ $0.next(lease, now: time.now, wall: time.timestamp) }) {
      case .wait: return .heldByAnother
      case .create(let lease):
        written = try await limited { api async throws(KubernetesError) in try await api.create(lease) }
      case .replace(let lease):
        written = try await limited { api async throws(KubernetesError) in try await api.replace(lease) }
      }
      let now = time.now
      election.withLock { $0.wrote(written, now: now) }
      return .held
    } catch {
      election.withLock { $0.failed() }
      if !Task.isCancelled, error.kind != .conflict, error.kind != .alreadyExists {
        logger.warning("the lease could not be read or written", ["error": .string(error.message)])
      }
      return .failed
    }
  }

  /// Renews the lease that we hold without reading it first.
  /// - Returns: false if we hold none, or if someone changed or deleted it, so that it must be read.
  private func renew(_ election: Locked<LeaderElection>) async throws(KubernetesError) -> Bool {
    guard let renewal = election.withLock({ $0.renewal(wall: time.timestamp) }) else { return false }
    do {
      let written = try await limited { api async throws(KubernetesError) in try await api.replace(renewal) }
      let now = time.now
      election.withLock { $0.wrote(written, now: now) }
      return true
    } catch  where error.kind == .conflict || error.kind == .notFound {
      election.withLock { $0.failed() }
      return false
    }
  }

  private func read() async throws(KubernetesError) -> Lease? {
    do {
      return try await limited { [key] api async throws(KubernetesError) in try await api.get(Lease.self, key) }
    } catch  where error.kind == .notFound {
      return nil
    }
  }

  /// Sends a request and cancels it if the answer takes too long. The transport then abandons a connection that was
  /// silent meanwhile, so that the next request uses another.
  private func limited<Answer: Sendable>(
    _ request: @escaping @Sendable (any KubernetesAPI) async throws(KubernetesError) -> Answer
  ) async throws(KubernetesError) -> Answer {
    let (client, time, limit) = (client, time, options.requestLimit)
    let answer = await withTaskGroup(of: Result<Answer, KubernetesError>?.self) { group in
      group.addTask {
        do throws(KubernetesError) { return .success(try await request(client)) } catch { return .failure(error) }
      }
      group.addTask {
        try? await time.sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
    guard let answer else { throw KubernetesError(.transport, "no answer came within \(limit)") }
    return try answer.get()
  }

  /// Releases the lease, in a task of its own, because a cancelled task cannot send anything.
  func release() async {
    await Task {
      do {
        guard let lease = try await read(), lease.spec?.holderIdentity == identity else { return }
        let released = LeaderElection.released(lease, time.timestamp)
        _ = try await limited { api async throws(KubernetesError) in try await api.replace(released) }
        logger.info("released the lease")
      } catch {
        logger.warning("the lease could not be released and expires by itself", ["error": .string("\(error)")])
      }
    }.value
  }
}
