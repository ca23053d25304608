internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// The caches of the environments' Services, Ingresses and PrivateClusters, and which connection a change of them
/// wakes.
///
/// Only the name of an object without annotation is kept.
struct ExposeInformers: Sendable {
  let services: Informer<Service>
  let ingresses: Informer<Ingress>
  let clusters: Informer<PrivateCluster>

  init(_ set: InformerSet, scope: OperatorScope) {
    let place = Scope(namespace: scope.namespace)
    services = set.informer(
      scope: place,
      indexers: [Self.index: { Self.connection($0).map { [$0.description] } ?? [] }],
      options: .paged,
      transform: { $0.exposed }
    )
    ingresses = set.informer(
      scope: place,
      indexers: [Self.index: { Self.connection($0).map { [$0.description] } ?? [] }],
      options: .paged,
      transform: { $0.exposed }
    )
    clusters = set.informer(in: scope, indexers: PrivateClusterInformers.indexers)
  }

  private static let index = "exposedBy"

  /// The connection that an object's annotation names.
  static func connection<Object: Kubernetes.Resource>(_ object: Object) -> ObjectKey? {
    object.metadata.annotations?[CloudLinker.Annotation.expose].map {
      ObjectKey(namespace: object.key.namespace, name: $0)
    }
  }

  func exposed(by connection: ObjectKey) -> ExposedObjects {
    ExposedObjects(
      services: services.store.indexed(Self.index, connection.description),
      ingresses: ingresses.store.indexed(Self.index, connection.description),
      clusters: clusters.store.indexed(PrivateClusterInformers.Index.connection, connection.description)
    )
  }

  func wake(_ controller: Controller) {
    wake(controller, by: services)
    wake(controller, by: ingresses)
    controller.watch(clusters, after: GatewayInformers.collection) { change in
      let (old, new) = (change.old, change.new)
      let isNews =
        old?.spec.access != new?.spec.access || old?.status?.endpoint != new?.status?.endpoint
        || old?.metadata.deletionTimestamp != new?.metadata.deletionTimestamp
      guard isNews else { return [] }
      let names = change.sides.flatMap { ($0.spec.access ?? []).compactMap { $0.vpn?.connectionRef.name } }
      let namespace = change.sides.first?.key.namespace ?? ""
      return Set(names).sorted().map { ObjectKey(namespace: namespace, name: $0) }
    }
  }

  private func wake<Object: Kubernetes.Resource & Equatable>(_ controller: Controller, by informer: Informer<Object>) {
    controller.watch(informer, after: GatewayInformers.collection) { change in
      var (old, new) = (change.old, change.new)
      old?.metadata.resourceVersion = nil
      new?.metadata.resourceVersion = nil
      guard old != new else { return [] }
      return Set(change.sides.compactMap(Self.connection)).sorted()
    }
  }
}

/// The Services and Ingresses whose annotation names one connection, and the PrivateClusters that lead through it.
struct ExposedObjects: Sendable {
  var services: [Service] = []
  var ingresses: [Ingress] = []
  var clusters: [PrivateCluster] = []
  /// Whether no object is left to record events on.
  var isEmpty: Bool { services.isEmpty && ingresses.isEmpty }
}

extension ObjectMeta {
  fileprivate func kept(_ annotations: Set<String>) -> ObjectMeta {
    var kept = ObjectMeta(name: name, namespace: namespace)
    kept.resourceVersion = resourceVersion
    guard self.annotations?[CloudLinker.Annotation.expose] != nil else { return kept }
    (kept.uid, kept.creationTimestamp) = (uid, creationTimestamp)
    kept.annotations = self.annotations?.filter { annotations.contains($0.key) }
    return kept
  }
}

extension Service {
  fileprivate var exposed: Service {
    let metadata = metadata.kept(ExposeRules.annotations)
    guard metadata.annotations != nil else { return Service(metadata: metadata) }
    let ports = spec?.ports?.map { Port(name: "", protocol: $0.protocol ?? "TCP", port: $0.port) }
    let kept = Spec(type: spec?.type, selector: spec?.selector, ports: ports)
    return Service(metadata: metadata, spec: kept, status: status)
  }
}

extension Ingress {
  fileprivate var exposed: Ingress {
    let metadata = metadata.kept(ExposeRules.annotations)
    return metadata.annotations == nil
      ? Ingress(metadata: metadata) : Ingress(metadata: metadata, spec: spec, status: status)
  }
}
