internal import Foundations
internal import Gateway
internal import Glibc

/// Knows the connection's other gateways, and which of them are ready. It has two threads: one resolves names, which
/// may take the resolver seconds, and the other asks siblings.
final class SiblingWatcher: Sendable {
  static let timeout = Duration.milliseconds(300)
  private let context: AgentContext
  private let port: Int
  private let nameChanges: Wakeup
  private let changes: Wakeup
  private let hasLookedUp = Locked(false)

  init(context: AgentContext, port: Int) {
    self.context = context
    self.port = port
    nameChanges = context.listen()
    changes = context.listen()
  }

  func start() {
    WorkerThread.start("sibling-names") { self.resolve() }
    WorkerThread.start("siblings") { self.ask() }
  }

  private var name: String? { context.read { $0.material?.configuration.siblings } }

  private var pace: SiblingPace {
    let now = context.time.now
    return context.read { state in
      SiblingPace(
        isServing: state.tunnel.isServing && !state.isEnding,
        sinceDoubt: state.doubtedAt.map { now - $0 },
        known: state.siblings.count,
        ready: state.readySiblings.count
      )
    }
  }

  /// Waits until `period` has passed since `began`. Changes during the wait may shorten it.
  private func wait(_ changes: Wakeup, since began: ContinuousClock.Instant, for period: (SiblingPace) -> Duration) {
    var left = max(period(pace) - (context.time.now - began), .milliseconds(50))
    while left > .zero {
      changes.wait(for: left)
      left = period(pace) - (context.time.now - began)
    }
  }

  private func resolve() {
    while true {
      context.beat("sibling-names")
      let began = context.time.now
      let name = self.name
      // No answer, or an empty one, keeps the previous siblings: asking them shows which are alive.
      let found: Set<IPv4Address>? = name.map { Self.addresses(of: $0) } ?? []
      if var found, name == nil || !found.isEmpty {
        found.subtract(PodNetwork.addresses())
        if let own = getenv("POD_IP").flatMap({ IPv4Address(String(cString: $0)) }) { found.remove(own) }
        if context.read({ $0.siblings }) != found {
          let networks = context.read { $0.material?.networks ?? [] }
          // The kill switch would cut off a sibling inside the remote networks.
          let usable = found.filter { sibling in !networks.contains { $0.contains(sibling) } }
          context.update { state in
            state.siblings = usable
            state.readySiblings.formIntersection(usable)
          }
        }
        if name != nil { hasLookedUp.withLock { $0 = true } }
      }
      wait(nameChanges, since: began) { self.name != name ? .zero : name == nil ? .seconds(5) : $0.lookUp }
    }
  }

  /// IPv4 addresses of a fully qualified name without its final dot, by the pod's resolver. Blocks.
  static func addresses(of name: String) -> Set<IPv4Address> {
    var hints = addrinfo()
    hints.ai_family = AF_INET
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    // The final dot marks the name as complete, so that the pod's search domains are not tried first.
    guard getaddrinfo(name + ".", nil, &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var found: Set<IPv4Address> = []
    var next = list
    while let entry = next {
      next = entry.pointee.ai_next
      guard entry.pointee.ai_family == AF_INET, let address = entry.pointee.ai_addr else { continue }
      let bits = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        UInt32(bigEndian: $0.pointee.sin_addr.s_addr)
      }
      found.insert(IPv4Address(bits: bits))
    }
    return found
  }

  /// Asks only before the first connection: later the server has decided whose session it keeps.
  private func askForPredecessor(_ siblings: [IPv4Address]) {
    guard hasLookedUp.withLock({ $0 }), !context.read({ $0.hasConnected }),
      let tunnel = context.read({ $0.material?.configuration.tunnel })
    else { return }
    let answers = ReadinessQuestion.ask(
      siblings,
      target: "/draining?tunnel=\(tunnel)",
      port: port,
      timeout: Self.timeout
    )
    let found = zip(siblings, answers).first { $0.1 == .ready }.map { AgentState.Predecessor.drains($0.0) }
    context.update { $0.predecessor = found ?? .absent }
  }

  private func ask() {
    var health = SiblingHealth()
    while true {
      context.beat("siblings")
      let began = context.time.now
      let siblings = context.read { $0.siblings }
      health.follow(siblings)
      let order = siblings.sorted()
      for (sibling, answer) in zip(order, ReadinessQuestion.ask(order, port: port, timeout: Self.timeout)) {
        health.record(sibling, answer)
      }
      if context.read({ $0.readySiblings }) != health.ready {
        let ready = health.ready
        context.update { $0.readySiblings = ready.intersection($0.siblings) }
      }
      askForPredecessor(order)
      wait(changes, since: began) { $0.ask }
    }
  }
}
