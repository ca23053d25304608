internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Finds out which namespaces a NetworkPolicy can select: those with the label `kubernetes.io/metadata.name`.
/// Kubernetes itself sets it since 1.21; with an older server, each namespace is read.
///
///     answer                               read again
///     has the label                        never
///     lacks it, does not exist             after `freshness`
///     may not be read, or no answer        after `freshness`
final class NamespaceLabels: Sendable {
  static let label = "kubernetes.io/metadata.name"
  /// Names come from users, so a namespace that does not exist must not cost a request each time it is named.
  static let freshness: Duration = .seconds(300)
  /// The largest number of cached answers. When it is exceeded, all are dropped.
  static let capacity = 4096

  private enum Answer: Sendable { case labelled, unlabelled, absent, unknown }
  private let client: any KubernetesAPI
  private let areSetByServer: Bool
  private let time: any TimeSource
  private let known = Locked<[String: (answer: Answer, since: ContinuousClock.Instant)]>([:])

  /// - Parameter areSetByServer: whether the server labels every namespace (Kubernetes 1.21 and later), so that nothing
  ///   needs to be read.
  init(client: any KubernetesAPI, areSetByServer: Bool = false, time: any TimeSource = SystemTimeSource()) {
    self.client = client
    self.areSetByServer = areSetByServer
    self.time = time
  }

  /// Those of `names` that exist and lack the label, and those that this operator cannot read; each sorted.
  func look(at names: Set<String>) async -> (unlabelled: [String], unknown: [String]) {
    guard !areSetByServer else { return ([], []) }
    var unlabelled: [String] = []
    var unknown: [String] = []
    for name in names.sorted() {
      switch await answer(name) {
      case .labelled, .absent: break
      case .unlabelled: unlabelled.append(name)
      case .unknown: unknown.append(name)
      }
    }
    return (unlabelled, unknown)
  }

  private func answer(_ name: String) async -> Answer {
    let now = time.now
    if let (answer, since) = known.withLock({ $0[name] }),
      answer == .labelled || since.duration(to: now) < Self.freshness
    {
      return answer
    }
    let answer = await ask(name)
    known.withLock { known in
      if known.count >= Self.capacity { known = [:] }
      known[name] = (answer, now)
    }
    return answer
  }

  private func ask(_ name: String) async -> Answer {
    do {
      let namespace = try await client.get(Namespace.self, ObjectKey(namespace: "", name: name))
      return namespace.metadata.labels?[Self.label] == name ? .labelled : .unlabelled
    } catch {
      return error.kind == .notFound ? .absent : .unknown
    }
  }
}
