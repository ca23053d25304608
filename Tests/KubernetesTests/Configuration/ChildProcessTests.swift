import FoundationEssentials
import Foundations
import Glibc
import TestSupport
import Testing

@testable import Kubernetes

/// Shell scripts, run for real.
@Suite(.timeLimit(.minutes(10))) struct ChildProcessTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func run(_ script: String, timeout: Duration?) throws(ChildProcess.Failure) -> ChildProcess.Output {
    try ChildProcess.run(
      "/bin/sh",
      ["-c", script],
      environment: ["PATH": "/usr/bin:/bin", "FOLDER": folder.path],
      isInteractive: false,
      timeout: timeout
    )
  }
  /// Whether the process whose id a script has written still runs. One that nobody has reaped does not.
  private func isAlive(_ file: String) -> Bool {
    guard let id = folder.read(file)?.filter(\.isNumber), !id.isEmpty else { return true }
    guard let stat = FileManager.default.contents(atPath: "/proc/\(id)/stat") else { return false }
    return !String(decoding: stat, as: UTF8.self).contains(") Z ")
  }

  @Test func whatItPrintsAndItsExitCodeAreHandedOver() throws {
    let output = try run("echo words; exit 3", timeout: .seconds(30))
    #expect(output.output == Array("words\n".utf8) && output.exitCode == 3)
    let killed = try run("kill -KILL $$", timeout: .seconds(30))
    #expect(killed.exitCode == 128 + SIGKILL)
    #expect(try run("exit 4", timeout: nil).exitCode == 4)
  }

  /// Runs a script that writes a process id into a file and never ends by itself. On a machine that has much else to do
  /// it may be ended before it comes to write: then it is given more time.
  private func runUntilEnded(_ script: String, writing file: String) -> (ChildProcess.Failure?, Duration) {
    var failure: ChildProcess.Failure?
    for limit in [Duration.milliseconds(500), .seconds(5), .seconds(30)] {
      failure = #expect(throws: ChildProcess.Failure.self) { try run(script, timeout: limit) }
      if folder.read(file)?.contains("\n") == true { return (failure, limit) }
    }
    Issue.record("it wrote no process id")
    return (failure, .zero)
  }

  @Test(arguments: ["exec sleep 600", "exec >&-; exec sleep 600"])
  func oneThatStaysIsEndedWhetherItHasClosedItsOutputOrNot(script: String) {
    let (failure, given) = runUntilEnded("echo $$ > $FOLDER/id; \(script)", writing: "id")
    guard case .timeout(let limit)? = failure, limit == given else {
      Issue.record("\(String(describing: failure)) is no timeout")
      return
    }
    #expect(!isAlive("id"))
  }

  @Test(arguments: ["wait", "exec >&-; wait", "exit 0"])
  func whatItStartedEndsWithIt(ending: String) async throws {
    _ = runUntilEnded("sleep 600 & echo $! > $FOLDER/grandchild; \(ending)", writing: "grandchild")
    // Somebody else reaps it.
    #expect(await eventually { !isAlive("grandchild") })
  }

  @Test func oneThatPrintsWithoutEndIsEnded() throws {
    let failure = #expect(throws: ChildProcess.Failure.self) { try run("exec yes", timeout: .seconds(30)) }
    guard case .tooMuchOutput? = failure else {
      Issue.record("\(String(describing: failure)) is not about the output")
      return
    }
  }
}
