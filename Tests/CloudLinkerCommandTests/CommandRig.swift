import Foundations
import Kubernetes
import KubernetesTesting

@testable import CloudLinkerCommand

/// What the commands ask beside the verbs, answered from memory.
struct PlayedServer: ClusterReading {
  var served = ["v1alpha1"]
  var unserved: Set<String> = []
  /// By pod name.
  var logs: [String: String] = [:]

  func versions(group: String) async throws(KubernetesError) -> [String] { served }
  func serves(_ type: ResourceType) async throws(KubernetesError) -> Bool { !unserved.contains(type.kind) }
  func serverVersion() async throws(KubernetesError) -> KubernetesClient.ServerVersion {
    throw KubernetesError(.transport, "connection refused")
  }
  func log(of pod: ObjectKey, container: String?, tail: Int) async throws(KubernetesError) -> String {
    guard let log = logs[pod.name] else { throw KubernetesError(.forbidden, status: 403, "pods/log is forbidden") }
    return log
  }
}

/// A command line against a server in memory.
struct CommandRig {
  let memory = MemoryServer()
  var server = PlayedServer()
  let time = VirtualTimeSource()
  let told = Locked<[String]>([])

  func session(_ line: String) throws -> Session {
    let invocation = try Invocation(line.split(separator: " ").map(String.init))
    return Session(
      api: memory,
      server: server,
      invocation: invocation,
      namespace: invocation.namespace ?? "production",
      time: time,
      progress: { [told] line in told.withLock { $0.append(line) } }
    )
  }

  func run(_ line: String) async throws -> Outcome { try await CloudLinkerCommand.run(try session(line)) }
}
