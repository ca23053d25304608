internal import CSystem
internal import Foundations
internal import Glibc

/// A server for a test: a process that ends when it is stopped or when this one ends, however that happens.
///
/// Its parent is a shell that waits for its own standard input, a pipe from here, to end; the kernel sees to that.
final class TestProcess: Sendable {
  private struct State {
    var supervisor: pid_t
    var pipe: Int32
    var isRunning = true
  }
  let name: String
  /// The server's own process id.
  let id: pid_t
  private let state: Locked<State>

  /// - Parameters:
  ///   - log: gets standard output and error.
  ///   - arguments: the program's path and its arguments.
  init(_ name: String, log: String, _ arguments: [String]) throws(TestControlPlaneError) {
    var lifeline: [Int32] = [-1, -1]
    var report: [Int32] = [-1, -1]
    guard pipe(&lifeline) == 0, pipe(&report) == 0 else { throw TestControlPlaneError("no pipe for \(name)") }
    for end in lifeline + report { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer {
      close(lifeline[0])
      close(report[0])
    }
    let script = #"log=$1; shift; "$@" >"$log" 2>&1 </dev/null & echo $!; exec >&-; read -r _; kill -KILL $!; wait"#
    let supervisor: pid_t
    do {
      defer { close(report[1]) }
      supervisor = try Self.spawn(
        ["/bin/sh", "-c", script, "sh", log] + arguments,
        input: lifeline[0],
        output: report[1]
      )
    }
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = max(0, read(report[0], &bytes, bytes.count))
    guard let id = pid_t(String(decoding: bytes[..<count], as: UTF8.self).filter(\.isNumber)) else {
      close(lifeline[1])
      throw TestControlPlaneError("\(name) did not start")
    }
    self.name = name
    self.id = id
    state = Locked(State(supervisor: supervisor, pipe: lifeline[1]))
  }

  deinit { stop() }

  func signal(_ number: Int32) { state.withLock { if $0.isRunning { _ = kill(id, number) } } }

  /// False once it has ended by itself.
  var isAlive: Bool { state.withLock { $0.isRunning && kill(id, 0) == 0 } }

  /// Kills it and waits until it is gone.
  func stop() {
    let ended = state.withLock { state -> State? in
      guard state.isRunning else { return nil }
      state.isRunning = false
      return state
    }
    guard let ended else { return }
    close(ended.pipe)
    var status: Int32 = 0
    while waitpid(ended.supervisor, &status, 0) < 0 && errno == EINTR {}
  }

  private static func spawn(_ arguments: [String], input: Int32, output: Int32) throws(TestControlPlaneError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    guard posix_spawn_file_actions_init(&actions) == 0, posix_spawnattr_init(&attributes) == 0 else {
      throw TestControlPlaneError("out of memory")
    }
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    // Connections that a test closes would otherwise stay open in its servers.
    system_close_others(&actions)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    // A group of its own, so that Ctrl-C in a terminal does not end it before the tests that use it.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
    let words = arguments.map { strdup($0) }
    defer { for word in words { free(word) } }
    var child = pid_t()
    let code = posix_spawn(&child, arguments[0], &actions, &attributes, words + [nil], environ)
    guard code == 0 else { throw TestControlPlaneError("\(arguments[0]): \(String(cString: strerror(code)))") }
    return child
  }
}

/// Why a control plane for tests is not there, or did not do what was asked.
public struct TestControlPlaneError: Error, Sendable, CustomStringConvertible {
  public var message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}
