internal import CloudClusters
internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Digests
internal import FoundationEssentials
internal import Foundations
internal import Kubernetes
internal import YAML

/// A kubeconfig for a PrivateCluster. Nothing in it is secret: the token comes from a program that runs with the user's own
/// credentials.
struct Kubeconfig: Sendable, Hashable {
  let text: String

  /// Nil: the cluster has no endpoint yet.
  init?(_ cluster: PrivateCluster, _ report: ClusterReport) {
    guard let endpoint = report.endpoint, let authority = report.certificateAuthority,
      let credential = report.credential
    else { return nil }
    let name = JSONValue.string("\(cluster.key.namespace)-\(cluster.key.name)")
    let exec: JSONValue = [
      "apiVersion": "client.authentication.k8s.io/v1",
      "command": .string(credential.command),
      "args": .array(credential.arguments.map(JSONValue.string)),
      "interactiveMode": "IfAvailable",
      "provideClusterInfo": .bool(credential.wantsClusterInfo),
    ]
    let server: JSONValue = ["server": .string(endpoint), "certificate-authority-data": .string(authority)]
    let config: JSONValue = [
      "apiVersion": "v1",
      "kind": "Config",
      "clusters": [["name": name, "cluster": server]],
      "contexts": [["name": name, "context": ["cluster": name, "user": name]]],
      "current-context": name,
      "users": [["name": name, "user": ["exec": exec]]],
    ]
    guard let text = try? YAML.encode(config) else { return nil }
    self.text = text
  }

  /// Named as Cluster API does, so that its tools find it.
  static func key(of cluster: PrivateCluster) -> ObjectKey {
    ObjectKey(namespace: cluster.key.namespace, name: "\(cluster.key.name)-kubeconfig")
  }

  /// In Cluster API's format (https://cluster-api.sigs.k8s.io/developer/core/kubeconfig).
  func secret(of cluster: PrivateCluster) -> Secret {
    let key = Self.key(of: cluster)
    var metadata = ObjectMeta(name: key.name, namespace: key.namespace)
    metadata.labels = [
      GatewayLabels.managedBy: GatewayLabels.manager, "cluster.x-k8s.io/cluster-name": cluster.key.name,
    ]
    let type = PrivateCluster.resourceType
    metadata.ownerReferences = [
      OwnerReference(
        apiVersion: type.apiVersion,
        kind: type.kind,
        name: cluster.key.name,
        uid: cluster.metadata.uid ?? "",
        controller: true,
        blockOwnerDeletion: false
      )
    ]
    let value = Data(text.utf8).base64EncodedString()
    return Secret(metadata: metadata, type: "cluster.x-k8s.io/secret", data: ["value": value])
  }
}

/// Keeps the Secrets with the kubeconfigs.
///
///     the Secret                         done
///     absent                             created
///     ours, with what this process       nothing
///     wrote or read there
///     ours, otherwise                    read, and applied if it differs
///     somebody else's                    left alone, and named
final class Kubeconfigs: Sendable {
  private let client: any KubernetesAPI
  private let metadata: Store<PartialMetadata<Secret>>
  /// Digest of the content that this process last wrote or read, and the version of that Secret.
  private let known = Locked<[ObjectKey: (digest: String, version: String?)]>([:])

  init(client: any KubernetesAPI, metadata: Store<PartialMetadata<Secret>>) {
    self.client = client
    self.metadata = metadata
  }

  /// - Parameter cluster: key of the cluster that no longer exists.
  func forget(_ cluster: ObjectKey) { known.withLock { $0[cluster] = nil } }

  /// - Returns: the refusal if the Secret is someone else's.
  func keep(_ config: Kubeconfig, of cluster: PrivateCluster) async throws(KubernetesError) -> Refusal? {
    let key = Kubeconfig.key(of: cluster)
    let digest = SHA256.text("\(cluster.metadata.uid ?? "")\n\(config.text)")
    let version = metadata.get(key)?.metadata.resourceVersion
    if let known = known.withLock({ $0[cluster.key] }), known.digest == digest, known.version == version { return nil }
    let wanted = config.secret(of: cluster)
    var written = try await find(key)
    if let found = written {
      guard found.metadata.ownerReferences?.contains(where: { $0.uid == cluster.metadata.uid }) == true else {
        return Refusal(
          condition: .accessReady,
          reason: .foreignObject,
          message:
            "Secret \(key.name) is there and does not belong to this PrivateCluster: delete it, or rename the PrivateCluster"
        )
      }
      if found.data != wanted.data || found.type != wanted.type {
        written = try await client.apply(wanted, fieldManager: CloudLinker.fieldManager, force: true)
      }
    } else {
      // Not applied: that would take over a Secret that someone makes meanwhile.
      written = try await client.create(wanted)
    }
    let seen = written?.metadata.resourceVersion
    known.withLock { $0[cluster.key] = (digest, seen) }
    return nil
  }

  private func find(_ key: ObjectKey) async throws(KubernetesError) -> Secret? {
    do {
      return try await client.get(Secret.self, key)
    } catch  where error.kind == .notFound {
      return nil
    }
  }
}
