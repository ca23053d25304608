import Foundations
import Kubernetes

@testable import CloudLinkerCommand

/// A CustomResourceDefinition with everything in it.
struct WholeDefinition: Resource {
  static let resourceType = StoredDefinition.resourceType
  var metadata: ObjectMeta
  var spec: JSONValue
}

extension KubernetesClient {
  /// Runs a command against this server.
  func runCommand(_ line: String) async throws -> Outcome {
    let session = Session(
      api: self,
      server: self,
      invocation: try Invocation(line.split(separator: " ").map(String.init)),
      namespace: "default",
      time: SystemTimeSource(),
      progress: { _ in }
    )
    return try await CloudLinkerCommand.run(session)
  }
}
