internal import CSystem
internal import Glibc

/// Runs a program to its end on the calling thread, which blocks: use it on a `BlockingThread`.
package enum ChildProcess {
  package struct Output: Sendable {
    package var output: [UInt8]
    /// The exit code as a shell reports it: 128 + number for a signal.
    package var exitCode: Int32
  }
  package enum Failure: Error {
    case spawn(Int32)
    case timeout(Duration)
    case tooMuchOutput

    /// A text that follows the program's name in a message.
    package var words: String {
      switch self {
      case .spawn(ENOENT): "was not found"
      case .spawn(let code): "could not be started: \(String(cString: strerror(code)))"
      case .timeout(let limit): "was ended: it took longer than \(limit.components.seconds) s"
      case .tooMuchOutput: "was ended: it printed more than \(ChildProcess.mostOutput) bytes"
      }
    }
  }
  static let mostOutput = 1 << 20

  /// - Parameters:
  ///   - isInteractive: whether it gets our standard input, else `/dev/null`. It shares our standard error in either
  ///     case.
  ///   - timeout: the longest time until the process ends, whether or not it still prints. After that it is killed,
  ///     and, unless it is interactive, so is everything that it started in its process group. Nil: no limit.
  package static func run(
    _ command: String,
    _ arguments: [String],
    environment: [String: String],
    isInteractive: Bool,
    timeout: Duration?
  ) throws(Failure) -> Output {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .spawn(errno) }
    let (readEnd, writeEnd) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(readEnd) }
    let child: pid_t
    do {
      defer { close(writeEnd) }
      child = try spawn(command, arguments, environment, output: writeEnd, isInteractive: isInteractive)
    }
    let deadline = timeout.map { (instant: ContinuousClock.now.advanced(by: $0), limit: $0) }
    do throws(Failure) {
      let output = try readAll(readEnd, until: deadline)
      return Output(output: output, exitCode: try wait(for: child, until: deadline))
    } catch {
      // Kills its process group if it has one, so that everything it started ends with it.
      kill(isInteractive ? child : -child, SIGKILL)
      _ = try? wait(for: child, until: nil)
      throw error
    }
  }

  private static func spawn(
    _ command: String,
    _ arguments: [String],
    _ environment: [String: String],
    output: Int32,
    isInteractive: Bool
  ) throws(Failure) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    guard posix_spawn_file_actions_init(&actions) == 0, posix_spawnattr_init(&attributes) == 0 else {
      throw .spawn(ENOMEM)
    }
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    if !isInteractive { posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) }
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    // libcurl does not close its sockets on exec (7.88). A child that holds one would keep the connection open after we
    // closed it.
    system_close_others(&actions)
    // This thread blocks every signal, and a child would inherit that.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    var flags = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
    // A process that reads the terminal must stay in the group that owns it.
    if !isInteractive { flags |= Int32(POSIX_SPAWN_SETPGROUP) }
    posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: flags))

    var child = pid_t()
    let code = withStrings([command] + arguments) { argv in
      withStrings(environment.map { "\($0.key)=\($0.value)" }) { envp in
        var code: Int32 = 0
        // A program that was written a moment ago is busy while a child forked meanwhile still holds its descriptor.
        for _ in 0..<10 {
          code = posix_spawnp(&child, command, &actions, &attributes, argv, envp)
          guard code == ETXTBSY else { break }
          usleep(10_000)
        }
        return code
      }
    }
    guard code == 0 else { throw .spawn(code) }
    return child
  }

  private static func readAll(
    _ descriptor: Int32,
    until deadline: (instant: ContinuousClock.Instant, limit: Duration)?
  ) throws(Failure) -> [UInt8] {
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
      if let deadline {
        let left = ContinuousClock.now.duration(to: deadline.instant)
        guard left > .zero else { throw .timeout(deadline.limit) }
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let (seconds, attoseconds) = left.components
        let milliseconds = min(seconds, 3600) * 1000 + attoseconds / 1_000_000_000_000_000 + 1
        guard poll(&wanted, 1, Int32(milliseconds)) > 0 else { continue }
      }
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return output }
      output += chunk[..<count]
      if output.count > mostOutput { throw .tooMuchOutput }
    }
  }

  /// With a deadline, it polls: wait(2) has no time limit, and most programs end as soon as they have closed their
  /// output.
  private static func wait(
    for child: pid_t,
    until deadline: (instant: ContinuousClock.Instant, limit: Duration)?
  ) throws(Failure) -> Int32 {
    var status: Int32 = 0
    var pause: UInt32 = 500
    while true {
      let ended = waitpid(child, &status, deadline == nil ? 0 : WNOHANG)
      if ended == child { break }
      if ended < 0, errno != EINTR { return 127 }
      guard ended == 0, let deadline else { continue }
      guard ContinuousClock.now < deadline.instant else { throw .timeout(deadline.limit) }
      usleep(pause)
      pause = min(pause * 2, 50_000)
    }
    // WIFEXITED and its kin are macros: the low 7 bits are the signal, the next 8 the exit code (wait(2)).
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }

  private static func withStrings<Result>(
    _ strings: [String],
    _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
  }
}
