internal import CloudLinkerAPI
internal import ControllerRuntime
internal import FoundationEssentials
internal import Foundations
internal import Kubernetes

/// Copies of the credentials of every Backbone with our finalizer, in Secrets of the operator's namespace.
///
/// `kubectl delete namespace` deletes the tenant's Secret and the Backbone in any order, and nothing can be created in
/// a terminating namespace. With the copy, even an operator that has just started can delete the network. Tenants
/// cannot read the copy.
///
///     the Backbone                         the copy
///     its credentials work in the cloud    is written before the finalizer and before anything in the cloud
///     they changed and still work          is written again
///     they changed and do not work         stays
///     its finalizer is removed             is deleted
///     it no longer exists                  is deleted by `sweep`
final class KeptCredentials: Sendable {
  static let label = "cloudlinker.dev/credentials-of"
  static let selector = "\(label)=backbone"
  static let uidLabel = "cloudlinker.dev/backbone-uid"
  /// How often leftovers are looked for.
  static let period: Duration = .seconds(3600)

  private let client: any KubernetesAPI
  private let namespace: String
  /// Digests of the copies that this process knows of, by the Backbone's uid.
  private let known = Locked<[String: String]>([:])

  init(client: any KubernetesAPI, namespace: String) {
    self.client = client
    self.namespace = namespace
  }

  func key(_ uid: String) -> ObjectKey { ObjectKey(namespace: namespace, name: "backbone-credentials-\(uid)") }

  /// Writes a copy, unless this process has written the same one before.
  func keep(_ credentials: CloudCredentials, of backbone: Backbone) async throws(KubernetesError) {
    guard let uid = backbone.metadata.uid, known.withLock({ $0[uid] }) != credentials.digest else { return }
    var metadata = ObjectMeta(name: key(uid).name, namespace: namespace)
    metadata.labels = [
      GatewayLabels.managedBy: GatewayLabels.manager, Self.label: "backbone", Self.uidLabel: uid,
    ]
    metadata.annotations = [GatewayLabels.owner: backbone.key.description]
    let data = credentials.values.mapValues { Data($0).base64EncodedString() }
    let secret = Secret(metadata: metadata, type: "Opaque", data: data)
    _ = try await client.apply(secret, fieldManager: CloudLinker.fieldManager, force: true)
    known.withLock { $0[uid] = credentials.digest }
  }

  /// Nil: there is no copy.
  func read(of backbone: Backbone, for provider: CloudProvider) async throws(KubernetesError) -> CloudCredentials? {
    guard let uid = backbone.metadata.uid else { return nil }
    do {
      let secret = try await client.get(Secret.self, key(uid))
      return CloudCredentials(SecretReader.decode(secret.data ?? [:]), for: provider)
    } catch  where error.kind == .notFound {
      return nil
    }
  }

  /// Deletes the copy. Called after the Backbone's finalizer was removed.
  func discard(_ backbone: Backbone) async throws(KubernetesError) {
    guard let uid = backbone.metadata.uid else { return }
    try await client.delete(Secret.self, key(uid), DeleteOptions())
    known.withLock { $0[uid] = nil }
  }
}

// MARK: Leftovers

extension KeptCredentials {
  /// Sweeps periodically until cancelled.
  func run(_ scope: OperatorScope, _ time: any TimeSource, _ logger: Logger) async {
    while !Task.isCancelled {
      do throws(KubernetesError) {
        try await sweep(scope, logger)
      } catch {
        logger.warning("could not look for credentials of deleted Backbones", ["error": .string(error.message)])
      }
      try? await time.sleep(for: Self.period)
    }
  }

  /// Deletes copies whose Backbone does not exist, after a live read for each. A process may crash between the removal
  /// of a finalizer and that of the copy, and a person may remove the finalizer. If someone deletes a copy, the
  /// Backbone's next pass writes it again.
  func sweep(_ scope: OperatorScope, _ logger: Logger) async throws(KubernetesError) {
    let before = Set(known.withLock { $0 }.keys)
    let page = try await client.list(
      PartialMetadata<Secret>.self,
      Scope(namespace: namespace, labelSelector: Self.selector),
      resourceVersion: nil,
      limit: nil,
      continueToken: nil
    )
    let listed = Set(page.items.compactMap { $0.metadata.labels?[Self.uidLabel] })
    known.withLock { for uid in before.subtracting(listed) { $0[uid] = nil } }
    for copy in page.items {
      guard let uid = copy.metadata.labels?[Self.uidLabel],
        let owner = copy.metadata.annotations?[GatewayLabels.owner].flatMap({ ObjectKey(owner: $0) }),
        scope.includes(owner), try await !exists(owner, uid)
      else { continue }
      try await client.delete(Secret.self, copy.key, DeleteOptions(uid: copy.metadata.uid))
      known.withLock { $0[uid] = nil }
      logger.info("deleted the credentials of a Backbone that is gone", ["backbone": .string(owner.description)])
    }
  }

  private func exists(_ owner: ObjectKey, _ uid: String) async throws(KubernetesError) -> Bool {
    do {
      return try await client.get(PartialMetadata<Backbone>.self, owner).metadata.uid == uid
    } catch  where error.isObjectMissing {
      return false
    }
  }
}
