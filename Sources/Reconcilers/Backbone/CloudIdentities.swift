internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// Reads what the cluster's owner allows a namespace to do with the operator's own identity. Answers are cached for a
/// minute, because a network under construction asks every two seconds.
final class CloudIdentities: Sendable {
  static let freshness: Duration = .seconds(60)
  /// The largest number of cached answers. When it is exceeded, all are dropped.
  static let capacity = 4096

  private enum Question: Hashable {
    case namespace(String)
    case table
  }
  /// A Namespace's labels and uid, or the table; nil: it does not exist.
  private enum Answer {
    case namespace(ObjectMeta?)
    case table(ConfigMap?)
  }
  private let client: any KubernetesAPI
  private let settings: CloudSettings
  private let tableKey: ObjectKey
  private let time: any TimeSource
  private let known = Locked<[Question: (answer: Answer, since: ContinuousClock.Instant)]>([:])

  init(client: any KubernetesAPI, settings: CloudSettings, operatorNamespace: String, time: any TimeSource) {
    self.client = client
    self.settings = settings
    tableKey = ObjectKey(namespace: operatorNamespace, name: settings.identitiesName)
    self.time = time
  }

  /// The Backbone with the role that the operator's own identity must assume.
  /// - Throws: `Refusal` or `KubernetesError`.
  func lend(to backbone: Backbone) async throws -> Backbone {
    var lent = backbone
    lent.spec = try await loan(to: backbone).spec(of: backbone)
    return lent
  }

  /// Checks that what an object in the Backbone's cloud names is lent to its namespace too.
  /// - Throws: `Refusal` or `KubernetesError`.
  func check(_ references: [CloudReference], in backbone: Backbone) async throws {
    try await loan(to: backbone).check(references, in: backbone)
  }

  private func loan(to backbone: Backbone) async throws(KubernetesError) -> CloudIdentityLoan {
    var loan = CloudIdentityLoan(isOffered: settings.allowsOwnIdentity, namespaceLabels: [:], tableKey: tableKey)
    if loan.isOffered {
      loan.namespaceLabels = try await namespace(backbone.key.namespace)?.labels ?? [:]
      loan.table = try await table()
    }
    return loan
  }

  /// How the operator identifies itself when it assumes a role for `backbone`.
  func caller(for backbone: Backbone) async throws(KubernetesError) -> CloudCaller {
    var caller = CloudCaller(namespace: backbone.key.namespace)
    guard backbone.spec.aws?.assumeRoleARN != nil else { return caller }
    caller.clusterID = settings.clusterID
    guard caller.clusterID == nil else { return caller }
    do {
      caller.clusterID = try await namespace("kube-system")?.uid
    } catch  where error.kind == .forbidden {
      // An operator limited to one namespace may not read this. Its owner sets --cluster-id.
    }
    return caller
  }

  private func namespace(_ name: String) async throws(KubernetesError) -> ObjectMeta? {
    let answer = try await answer(.namespace(name)) { () async throws(KubernetesError) in
      .namespace(try await self.find(Namespace.self, ObjectKey(namespace: "", name: name))?.metadata)
    }
    guard case .namespace(let metadata) = answer else { return nil }
    return metadata
  }

  private func table() async throws(KubernetesError) -> ConfigMap? {
    let answer = try await answer(.table) { () async throws(KubernetesError) in
      .table(try await self.find(ConfigMap.self, self.tableKey))
    }
    guard case .table(let table) = answer else { return nil }
    return table
  }

  private func answer(
    _ question: Question,
    _ ask: () async throws(KubernetesError) -> Answer
  ) async throws(KubernetesError) -> Answer {
    let now = time.now
    if let (answer, since) = known.withLock({ $0[question] }), since.duration(to: now) < Self.freshness {
      return answer
    }
    let answer = try await ask()
    known.withLock { known in
      if known.count >= Self.capacity { known = [:] }
      known[question] = (answer, now)
    }
    return answer
  }

  private func find<Object: Resource>(_ type: Object.Type, _ key: ObjectKey) async throws(KubernetesError) -> Object? {
    do {
      return try await client.get(type, key)
    } catch  where error.kind == .notFound {
      return nil
    }
  }
}
