internal import Foundations

/// A part of the agent that acts on the state for as long as the process runs, on a thread of its own.
protocol AgentLoop: Sendable {
  /// The name of its thread and of its beat: at most 15 bytes.
  static var name: String { get }

  /// - Parameter wakeup: signalled after each change of the state.
  init(context: AgentContext, wakeup: Wakeup)

  var context: AgentContext { get }

  /// Never returns. Calls `beat` at least every 15 s.
  func run()
}

extension AgentLoop {
  static func start(_ context: AgentContext) {
    let loop = Self(context: context, wakeup: context.listen())
    WorkerThread.start(name) { loop.run() }
  }

  func beat() { context.beat(Self.name) }
}
