internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import HTTPTransport
internal import Kubernetes

/// The parts with which a kind registers itself in its own folder: its informers and indexes, what wakes it, its
/// reconciler and its metrics.
struct KindContext: Sendable {
  let settings: OperatorAssembly.Settings
  let client: any KubernetesAPI
  /// For requests to gateways: plain HTTP inside the cluster.
  let gateways: any Transport
  /// For requests to the clouds' APIs; without retries of its own.
  let clouds: any Transport
  let manager: Manager
  /// Two kinds that ask for the same informer share it.
  let informers: InformerSet
  let events: EventRecorder
  let registry: MetricsRegistry
  let metrics: ObjectMetrics
  let time: any TimeSource
  let logger: Logger

  /// When a pass is cancelled, so that it cannot hold a worker for ever.
  static let timeout: Duration = .seconds(300)
  /// A refused pass is repeated at least every minute, because its cure, such as a namespace that is created again,
  /// does not wake the object.
  static let backoff = Backoff(initial: .milliseconds(5), maximum: .seconds(60), jitter: .none)

  /// Creates a controller that the manager runs.
  /// - Parameter concurrency: how many objects are reconciled at once.
  func controller(
    _ name: String,
    concurrency: Int,
    _ reconcile: @escaping Controller.Reconcile
  ) -> Controller {
    let controller = Controller(
      name: name,
      concurrency: concurrency,
      timeout: Self.timeout,
      backoff: Self.backoff,
      registry: registry,
      time: time,
      logger: logger,
      reconcile: reconcile
    )
    manager.add(controller)
    return controller
  }

  /// Creates a controller for a kind, and counts its objects for metrics.
  func controller<Kind: ReconciledKind>(
    _ name: String,
    concurrency: Int,
    _ kind: Kind,
    _ store: Store<Kind.Object>
  ) -> Controller {
    metrics.observe(store, time: time)
    ObjectMetrics.countRepairs(Kind.Object.resourceType.kind, by: 0, registry)
    let reconciler = KindReconciler(kind: kind, client: client, events: events, registry: registry)
    return controller(name, concurrency: concurrency) { try await reconciler.reconcile($0, $1) }
  }
}

extension Predicate where Object: Reporting {
  /// Passes objects that somebody has changed, deleted or asked for since the operator last looked at them.
  static var awaited: Predicate { Predicate { $0.new.map { $0.isAskedFor || $0.isBeingDeleted } ?? false } }
}

extension InformerSet {
  /// An informer for one of our kinds, or objects that belong to them, in the operator's namespaces.
  func informer<Object: Resource>(
    in scope: OperatorScope,
    labels: String? = nil,
    indexers: [String: Store<Object>.Indexer] = [:]
  ) -> Informer<Object> {
    informer(scope: Scope(namespace: scope.namespace, labelSelector: labels), indexers: indexers)
  }

  /// The metadata of every Secret: its version, never its content.
  func secretMetadata(in scope: OperatorScope) -> Informer<PartialMetadata<Secret>> {
    // A cluster may have tens of thousands of Secrets, with 1 to 2 kB of metadata each.
    informer(scope: Scope(namespace: scope.namespace), options: .paged) { secret in
      var metadata = ObjectMeta(name: secret.metadata.name, namespace: secret.metadata.namespace)
      metadata.resourceVersion = secret.metadata.resourceVersion
      KeySecrets.keep(secret.metadata, in: &metadata)
      return PartialMetadata(metadata: metadata)
    }
  }
}

extension ObjectMeta {
  /// Whether `new` asks for a pass for other reasons than its spec: annotations, deletion, finalizers, another object.
  static func asksForPass(_ old: ObjectMeta?, _ new: ObjectMeta?) -> Bool {
    old?.annotations != new?.annotations || old?.deletionTimestamp != new?.deletionTimestamp
      || old?.finalizers != new?.finalizers || old?.uid != new?.uid
  }
}
