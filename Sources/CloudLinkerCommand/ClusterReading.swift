internal import Kubernetes

/// Requests that only the commands make, in addition to the verbs.
protocol ClusterReading: Sendable {
  /// The versions in which the server has a group; empty if it does not have the group.
  func versions(group: String) async throws(KubernetesError) -> [String]
  func serves(_ type: ResourceType) async throws(KubernetesError) -> Bool
  func serverVersion() async throws(KubernetesError) -> KubernetesClient.ServerVersion
  /// The last lines of a container's log, each with its time first.
  func log(of pod: ObjectKey, container: String?, tail: Int) async throws(KubernetesError) -> String
}

extension KubernetesClient: ClusterReading {}
