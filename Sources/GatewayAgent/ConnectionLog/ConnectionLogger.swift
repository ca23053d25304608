internal import Foundations
internal import Gateway
internal import Glibc

/// Logs a line when a forwarded connection begins, and one when it ends, while the configuration asks for it.
/// The program `conntrack` gets the events from the kernel.
struct ConnectionLogger: AgentLoop {
  static let name = "connections"
  let context: AgentContext
  let wakeup: Wakeup

  func run() {
    while true {
      beat()
      let isAsked = context.read { $0.wantsConnectionLog }
      let trouble = isAsked ? trouble() : nil
      if context.read({ $0.notices[.connectionLog] }) != trouble {
        context.update { $0.notices[.connectionLog] = trouble }
      }
      if isAsked, trouble == nil { follow() }
      wakeup.wait(for: .seconds(5))
    }
  }

  /// Why the log cannot be written although the configuration asks for it.
  private func trouble() -> String? {
    if context.read({ $0.forwarding != .kernel }) {
      return "there is no connection log: this node's kernel does not forward, and the gateway copies the data itself"
    }
    return Command.path(of: "conntrack") == nil
      ? "there is no connection log: conntrack is not in the gateway's image" : nil
  }

  /// Returns when the configuration no longer asks for the log, or when conntrack has ended.
  private func follow() {
    let child: ChildProcess
    guard let program = Command.path(of: "conntrack"), let output = Pipe() else { return }
    do {
      child = try ChildProcess.start(
        program,
        ConntrackEvent.listening,
        input: Self.nothing,
        output: output.writing,
        diesWithThread: true
      )
    } catch {
      return context.log.warning(
        "conntrack does not start",
        ["error": .string(String(cString: strerror(error.reason)))]
      )
    }
    output.closeWriting()
    let descriptor = output.takeReading()
    defer { close(descriptor) }
    let log = log
    var splitter = LineSplitter()
    var tracker = ConnectionTracker()
    while context.read({ $0.wantsConnectionLog }) {
      beat()
      guard let bytes = UnixSocket.receive(descriptor, timeout: .seconds(2)) else { continue }
      if bytes.isEmpty {
        context.log.warning("conntrack ended: connections of the next seconds are missing from the connection log")
        break
      }
      let state = context.snapshot
      let forwards = Dictionary(state.forwards.map { ($0.forwardPort, $0) }) { first, _ in first }
      for line in splitter.append(bytes) {
        if let event = ConntrackEvent(line) {
          guard let line = tracker.line(for: event, forwards, siblings: state.siblings) else { continue }
          log.info(line.message, line.fields)
        } else if line.contains("ENOBUFS") {
          context.log.warning("connections are missing from the connection log: too many began and ended at once")
        } else if !line.hasPrefix("NOTICE"), !line.isEmpty, !line.contains("flow events have been shown") {
          context.log.debug("conntrack said", ["line": .string(TunnelRoutes.printableOutput(line))])
        }
      }
    }
    child.stop(patience: .seconds(2))
  }

  /// Always JSON, whatever the format of other lines: programs read these.
  private var log: Logger {
    let configuration = context.read { $0.material?.configuration }
    return context.log.inFormat(.json).with([
      "log": "connections", "connection": .string(configuration?.connection ?? ""),
      "tunnel": .string(configuration?.tunnel ?? ""),
    ])
  }

  private static let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
}
