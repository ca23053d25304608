import Foundation
import Foundations
import Glibc
import HTTPTransport
import TestSupport
import Testing

@testable import Kubernetes
@testable import KubernetesTesting

/// `example-operator`, running.
final class ExampleProcess: Sendable {
  private let folder: String
  private let exit: Task<Int32?, Never>

  /// Starts it with the rights of an administrator, looking after `namespace`.
  static func start(_ plane: TestControlPlane, namespace: String) async throws -> ExampleProcess {
    let administrator = try plane.kubeconfig()
    let text = try String(contentsOfFile: administrator, encoding: .utf8)
      .replacingOccurrences(of: "cluster: test, user", with: "namespace: \(namespace), cluster: test, user")
    // Beside the other, because it names its certificates by relative paths.
    let own = "\(administrator)-\(namespace)"
    try text.write(toFile: own, atomically: true, encoding: .utf8)
    return try await start(kubeconfig: own)
  }

  static func start(kubeconfig: String) async throws -> ExampleProcess {
    // The program is beside the tests, which depend on it.
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let program = URL(fileURLWithPath: tests).deletingLastPathComponent().appending(path: "example-operator").path
    let folder = "/tmp/example-operator-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let process = ExampleProcess(program, kubeconfig: kubeconfig, folder: folder)
    let hasStarted = await eventually { process.id != nil }
    try #require(hasStarted, "the program did not start")
    return process
  }

  private init(_ program: String, kubeconfig: String, folder: String) {
    let script =
      #"KUBECONFIG=$1 "$2" 0 >"$3/log" 2>&1 & echo $! >"$3/pid.new"; mv "$3/pid.new" "$3/pid"; wait $!; echo $?"#
    self.folder = folder
    exit = Task {
      let output = try? await BlockingThread.run {
        try TestCommand.run("/bin/sh", ["-c", script, "sh", kubeconfig, program, folder])
      }
      return output.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var log: String { (try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? "" }
  private var id: pid_t? {
    (try? String(contentsOfFile: "\(folder)/pid", encoding: .utf8))
      .flatMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  /// Nil: it was not to be had.
  var exitStatus: Int32? { get async { await exit.value } }
  func terminate() { if let id { Glibc.kill(id, SIGTERM) } }
  func kill() { if let id { Glibc.kill(id, SIGKILL) } }

  /// The body of an answer with status 200.
  func get(_ path: String) async throws -> String {
    let port = try #require(log.firstMatch(of: /port=([0-9]+)/)?.1, "the log names no port")
    let response = try await CurlTransport(.init(proxy: .none)).send(
      HTTPRequest(url: "http://127.0.0.1:\(port)\(path)")
    )
    #expect(response.status == 200)
    return String(decoding: response.body, as: UTF8.self)
  }
}
