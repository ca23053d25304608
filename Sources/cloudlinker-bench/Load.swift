internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// Creates PortForwards by the thousand, with as many requests in flight as the operator has.
struct Load: Sendable {
  static let inFlight = 16

  let client: KubernetesClient
  let namespace: String

  /// Seconds that a plain client needs for the writes that every operator must make: each object created, each status
  /// written.
  func raw(count: Int) async throws -> Double {
    try await seconds {
      try await each(0..<count) { index in
        var made = try await client.create(PortForward.forBench(index, of: "none", in: namespace))
        made.status = status(of: made)
        _ = try await client.applyStatus(made, fieldManager: "cloudlinker-bench", force: true)
      }
    }
  }

  /// Like `raw`, with a watch open until it has delivered the last status, as a person who waits for an operator has.
  func watched(count: Int) async throws -> Double {
    let start = try await page(limit: 1).resourceVersion
    return try await seconds {
      async let done = wait(count, from: start) { $0.isTrue("Ready") }
      _ = try await raw(count: count)
      _ = try await done
    }
  }

  /// Seconds from the first create to the last Ready. Standard error gets the seconds to the last create, and to the
  /// first, the middle and the last Ready.
  func ready(connection: String, count: Int) async throws -> Double {
    try await seconds { try await create(count, connection: { _ in connection }) { $0.isTrue("Ready") } }
  }

  /// Seconds from the first create until the operator has written a status of each.
  func fill(connections: Int, count: Int) async throws -> Double {
    try await seconds {
      try await create(count, connection: { "c\($0 % connections)" }) { forward in
        forward.status?.observedGeneration == forward.metadata.generation
      }
    }
  }

  func deleteAll() async throws {
    while true {
      let page = try await page(limit: 1000)
      guard !page.items.isEmpty else { return }
      try await each(page.items) { try await client.delete(PortForward.self, $0.key, DeleteOptions()) }
    }
  }

  private func create(
    _ count: Int,
    connection: @escaping @Sendable (Int) -> String,
    until isDone: @escaping @Sendable (PortForward) -> Bool
  ) async throws {
    let start = try await page(limit: 1).resourceVersion
    let begun = ContinuousClock.now
    async let ends = wait(count, from: start, until: isDone)
    try await each(0..<count) {
      _ = try await client.create(PortForward.forBench($0, of: connection($0), in: namespace))
    }
    let created = ContinuousClock.now
    let marks = [created] + (try await ends)
    let words = zip(["created", "first", "middle", "last"], marks).map { name, instant in
      "\(name) \(begun.duration(to: instant) / .seconds(1))"
    }
    Logger.standardError("\(words.joined(separator: ", "))\n")
  }

  /// - Returns: when the first, the middle and the last one were done.
  private func wait(
    _ count: Int,
    from start: String,
    until isDone: @Sendable (PortForward) -> Bool
  ) async throws -> [ContinuousClock.Instant] {
    var waiting = Set((0..<count).map { "f\($0)" })
    var marks: [ContinuousClock.Instant] = []
    func mark() {
      if marks.isEmpty, waiting.count < count { marks.append(.now) }
      if marks.count == 1, waiting.count <= count / 2 { marks.append(.now) }
    }
    var version = start
    let deadline = ContinuousClock.now.advanced(by: .seconds(600))
    while ContinuousClock.now < deadline {
      // The server ends a watch whose reader does not keep up. The watch continues from what the server still
      // remembers, because a new list would cost it more than the whole watch.
      let options = WatchOptions(resourceVersion: version, timeout: .seconds(600), idleTimeout: .seconds(120))
      let stream = try await client.watch(PortForward.self, Scope(namespace: namespace), options)
      var isExpired = false
      while let events = try? await stream.next() {
        for event in events {
          switch event {
          case .added(let forward), .modified(let forward):
            version = forward.metadata.resourceVersion ?? version
            if isDone(forward) { waiting.remove(forward.key.name) }
          case .error: isExpired = true
          default: break
          }
        }
        mark()
        if waiting.isEmpty { return marks + [.now] }
      }
      guard isExpired else { continue }
      let page = try await page(limit: nil)
      for forward in page.items where isDone(forward) { waiting.remove(forward.key.name) }
      mark()
      if waiting.isEmpty { return marks + [.now] }
      version = page.resourceVersion
    }
    throw Failure("\(waiting.count) of \(count) PortForwards were not done in 10 minutes")
  }

  private func page(limit: Int?) async throws -> ListPage<PortForward> {
    let scope = Scope(namespace: namespace)
    return try await client.list(PortForward.self, scope, resourceVersion: nil, limit: limit, continueToken: nil)
  }

  /// A status as large as the operator's.
  private func status(of forward: PortForward) -> PortForwardStatus {
    var status = PortForwardStatus()
    status.observedGeneration = forward.metadata.generation
    status.address = "vpn.\(namespace)"
    status.portCount = 1
    status.conditions = ["Accepted", "DependenciesReady", "ForwardsReady", "Ready"].map { type in
      Condition(
        type: type,
        status: "True",
        reason: "AsExpected",
        message: "1 port leads through VPNConnection office",
        lastTransitionTime: .now()
      )
    }
    return status
  }

  private func each<Items: Sequence>(
    _ items: Items,
    _ body: @escaping @Sendable (Items.Element) async throws -> Void
  ) async throws where Items.Element: Sendable {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, item) in items.enumerated() {
        if index >= Self.inFlight { try await group.next() }
        group.addTask { try await body(item) }
      }
      try await group.waitForAll()
    }
  }
}

/// The seconds that `body` takes.
func seconds(_ body: () async throws -> Void) async rethrows -> Double {
  let clock = ContinuousClock()
  return try await clock.measure { try await body() } / .seconds(1)
}
