internal import CSystem
internal import Foundations
internal import Glibc

/// A process that the agent started. One thread reaps all of them, and orphans as well, since the gateway is process 1.
final class ChildProcess: Sendable {
  let id: pid_t
  /// Signalled once, when the process has ended.
  let ended = Wakeup()
  private let status = Locked<Int32?>(nil)

  private init(id: pid_t) { self.id = id }

  /// The status that `waitpid` gave; nil while the process runs.
  var waitStatus: Int32? { status.withLock { $0 } }
  var isRunning: Bool { waitStatus == nil }
  /// 0…255; 128 plus the signal if a signal ended it.
  var exitCode: Int32? {
    waitStatus.map { $0 & 0x7f == 0 ? $0 >> 8 & 0xff : 128 + $0 & 0x7f }
  }

  func signal(_ number: Int32) {
    // It cannot be reaped while the table is locked, so no other process has its id.
    Self.table.withLock { children in
      if children[id] != nil { kill(id, number) }
    }
  }

  /// Sends SIGTERM and, after `patience`, SIGKILL. Returns when it has ended.
  func stop(patience: Duration) {
    signal(SIGTERM)
    if isRunning { ended.wait(for: patience) }
    guard isRunning else { return }
    signal(SIGKILL)
    while isRunning { ended.wait(for: .milliseconds(100)) }
  }

  // MARK: Starting

  struct StartError: Error { var reason: Int32 }

  private static let table = Locked<[pid_t: ChildProcess]>([:])
  private static let somethingStarted = Wakeup()
  private static let reaper: Void = WorkerThread.start("reaper") { reap() }

  /// - Parameters:
  ///   - input, output: the process's descriptors 0, and 1 and 2.
  ///   - diesWithThread: whether it gets SIGTERM when the calling thread ends.
  static func start(
    _ path: String,
    _ arguments: [String],
    environment: [String] = [],
    input: Int32,
    output: Int32,
    diesWithThread: Bool = false
  ) throws(StartError) -> ChildProcess {
    _ = reaper
    let environment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"] + environment
    var argumentPointers = ([path] + arguments).map { strdup($0) } + [nil]
    var environmentPointers = environment.map { strdup($0) } + [nil]
    defer {
      for pointer in argumentPointers + environmentPointers { free(pointer) }
    }
    let deathSignal = diesWithThread ? SIGTERM : 0
    let outcome: (ChildProcess?, Int32) = table.withLock { children in
      let result = system_spawn(
        path,
        &argumentPointers,
        &environmentPointers,
        input,
        output,
        output,
        deathSignal
      )
      guard result > 0 else { return (nil, -result) }
      let child = ChildProcess(id: result)
      children[result] = child
      return (child, 0)
    }
    somethingStarted.signal()
    guard let child = outcome.0 else { throw StartError(reason: outcome.1) }
    return child
  }

  private static func reap() {
    while true {
      var status: Int32 = 0
      // The wait leaves the process unreaped; it is reaped only under the lock, so that `signal` never meets an id in
      // reuse.
      var information = siginfo_t()
      if waitid(P_ALL, 0, &information, WEXITED | WNOWAIT) == 0 {
        let finished: ChildProcess? = table.withLock { children in
          let id = waitpid(-1, &status, WNOHANG)
          return id > 0 ? children.removeValue(forKey: id) : nil
        }
        if let finished {
          finished.status.withLock { $0 = status }
          finished.ended.signal()
        }
      } else if errno == ECHILD {
        somethingStarted.wait(for: .seconds(5))
      }
    }
  }
}
