package import Cloud
package import Foundations
package import Twingate

/// Lists of one tenant that several connections need at about the same time: one request serves them all.
///
/// When this process changes a list, it forgets the list at once, even if the answer to the change was lost: the next
/// list must contain the new object, or the object would be made twice.
package actor SharedReads {
  package static let connectors = "connectors"
  private struct Entry {
    var at: ContinuousClock.Instant
    /// A `Task<Result<Value, CloudError>, Never>`.
    var task: any Sendable
  }
  private let time: any TimeSource
  private var entries: [String: Entry] = [:]

  package init(time: any TimeSource) { self.time = time }

  /// - Parameters:
  ///   - list: the name and parameters of the list.
  ///   - age: how old the answer may be; zero: a new request in any case.
  package func read<Value: Sendable>(
    _ list: String,
    youngerThan age: Duration,
    _ body: @escaping @Sendable () async throws(CloudError) -> Value
  ) async throws(CloudError) -> Value {
    let now = time.now
    if let known = entries[list], known.at.duration(to: now) < age,
      let task = known.task as? Task<Result<Value, CloudError>, Never>, case .success(let value) = await task.value
    {
      return value
    }
    let task = Task<Result<Value, CloudError>, Never> {
      do throws(CloudError) { return .success(try await body()) } catch { return .failure(error) }
    }
    entries = entries.filter { $0.value.at.duration(to: now) < .seconds(60) }
    entries[list] = Entry(at: now, task: task)
    return try await task.value.get()
  }

  package func forget() { entries = [:] }
}

/// A tenant whose lists are shared.
package struct SharedTenant: TwingateTenant {
  /// How old a list may be for a look that nobody is waiting for.
  static let age: Duration = .seconds(30)

  package let client: TwingateClient
  package let reads: SharedReads

  package init(_ client: TwingateClient, _ reads: SharedReads) {
    self.client = client
    self.reads = reads
  }

  /// Every connector of the tenant.
  package func connectors(youngerThan age: Duration, lane: Lane) async throws(CloudError) -> [Connector] {
    let client = client
    return try await reads.read(SharedReads.connectors, youngerThan: age) { () async throws(CloudError) in
      try await client.connectors(lane: lane)
    }
  }

  package func look(
    _ question: TwingateQuestion,
    made: Set<String>,
    lane: Lane
  ) async throws(CloudError) -> ObservedTwingate {
    let look = TenantLook(client: client, reads: reads, lane: lane, age: lane == .look ? Self.age : .zero)
    return try await look.look(question, made: made)
  }

  package func perform(_ action: TwingateAction) async throws(CloudError) -> TwingateOutcome {
    do throws(CloudError) {
      let outcome = try await client.perform(action)
      if action.changesLists { await reads.forget() }
      return outcome
    } catch {
      // The mutation may have been done, or the lists behind its plan are out of date. One that was throttled was not.
      if error.kind != .throttled { await reads.forget() }
      throw error
    }
  }
}

extension TwingateAction {
  /// Resources are not shared: they are listed for each connection.
  fileprivate var changesLists: Bool {
    switch call {
    case .createResource, .updateResource, .deleteResource, .grant, .revoke, .makeTokens: false
    default: true
    }
  }
}
