internal import Foundations
internal import Gateway
internal import Glibc

/// Copies between clients and targets where the kernel cannot forward: TCP both ways with half-closes, UDP by session.
/// Uses one thread and `poll`. It has about a tenth less throughput than the kernel, and copies each byte.
final class UserlandForwarder: Sendable {
  /// The most TCP connections, and the most UDP sessions; `SourceShares` says how clients share them.
  static let maximumConnections = 4096
  /// How many connections to one port the kernel keeps until they are accepted.
  static let backlog: Int32 = 512
  static let bufferSize = 65_536
  static let sessionIdle = Duration.seconds(60)
  static let connectTimeout = Duration.seconds(10)

  private let context: AgentContext
  private let maximumConnections: Int
  private let wanted = Locked<UserlandForwards?>(nil)
  private let wakeup = Wakeup()

  init(context: AgentContext, maximumConnections: Int = maximumConnections) {
    self.context = context
    self.maximumConnections = maximumConnections
  }

  func start() {
    WorkerThread.start("copying") {
      var loop = CopyLoop(context: self.context, maximumConnections: self.maximumConnections)
      while true {
        self.context.beat("copying")
        if let wanted = self.wanted.withLock({ $0 }), wanted != loop.wanted { loop.follow(wanted) }
        loop.step(wakeup: self.wakeup)
      }
    }
  }

  func follow(_ forwards: UserlandForwards) {
    let changed = wanted.withLock { wanted in
      defer { wanted = forwards }
      return wanted != forwards
    }
    if changed { wakeup.signal() }
  }
}
