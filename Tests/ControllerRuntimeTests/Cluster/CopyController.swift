import ControllerRuntime
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

/// A small controller whose work can be checked: `data.copy` of every ConfigMap in one namespace is its `data.value`.
/// Its requests go through a `FaultTransport`, those of `plain` do not.
final class CopyController: Sendable {
  let faults: FaultTransport
  let plain: KubernetesClient
  let namespace: String
  let informer: Informer<ConfigMap>
  /// Who reconciled what, as it begins.
  let log = Locked<[String]>([])
  private let client: KubernetesClient
  private let leadership: Leadership?

  init(
    _ plane: TestControlPlane,
    namespace: String,
    time: any TimeSource = SystemTimeSource(),
    lease: (identity: String, duration: Duration)? = nil
  ) async throws {
    let made = Locked<FaultTransport?>(nil)
    client = try await plane.client(through: { base in
      let faults = FaultTransport(base)
      made.withLock { $0 = faults }
      return faults
    })
    faults = try #require(made.withLock { $0 })
    plain = try await plane.client()
    self.namespace = namespace
    informer = Informer(client: client, scope: Scope(namespace: namespace), time: time)
    leadership = lease.map { [client] lease in
      Leadership(
        client: client,
        key: ObjectKey(namespace: namespace, name: "copier"),
        identity: lease.identity,
        duration: lease.duration,
        renewDeadline: lease.duration * 0.5,
        retryPeriod: .milliseconds(200),
        registry: MetricsRegistry()
      )
    }
  }

  /// Runs until cancelled.
  func start() -> Task<Manager.Ended, any Error> {
    let manager = Manager(leadership: leadership)
    let controller = Controller(name: "copy", concurrency: 4, registry: MetricsRegistry()) { [self] key, _ in
      log.withLock { $0.append(key.name) }
      guard let object = informer.store.get(key), let value = object.data?["value"], object.data?["copy"] != value
      else { return .done }
      let copy = ConfigMap(key.name, namespace: key.namespace, data: ["copy": value])
      _ = try await client.apply(copy, fieldManager: "copier", force: true)
      return .done
    }
    controller.watch(primary: informer)
    manager.add(informer)
    manager.add(controller)
    return Task { try await manager.run() }
  }

  func write(_ names: [String], value: String) async throws {
    for name in names {
      _ = try await plain.apply(
        ConfigMap(name, namespace: namespace, data: ["value": value]),
        fieldManager: "user",
        force: true
      )
    }
  }

  /// Waits until every copy is right, and the cache holds just what a fresh list does.
  func expectConvergence(_ comment: Comment? = nil, at location: SourceLocation = #_sourceLocation) async throws {
    // A reflector that has failed for a while comes again within half a minute.
    let isDone = await eventually { [self] in
      let page = try await plain.list(
        ConfigMap.self,
        Scope(namespace: namespace),
        resourceVersion: "",
        limit: nil,
        continueToken: nil
      )
      let live = page.items.filter { $0.metadata.name != "kube-root-ca.crt" }
      let cached = informer.store.all.filter { $0.metadata.name != "kube-root-ca.crt" }
      return live.allSatisfy { $0.data?["copy"] == $0.data?["value"] }
        && Set(live.map(\.metadata.resourceVersion)) == Set(cached.map(\.metadata.resourceVersion))
    }
    #expect(isDone, comment, sourceLocation: location)
  }
}
