import Foundations
import HTTPEndpoint
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import ControllerRuntime

@Suite(.timeLimit(.minutes(10))) struct ManagerTests {
  private let time = VirtualTimeSource()
  private let log = Locked<[String]>([])
  private var lines: [String] { log.withLock { $0 } }

  /// Writes when it begins and when it ends.
  private func part(_ name: String) -> Manager.Runnable {
    { [log] in
      log.withLock { $0.append("+\(name)") }
      await Latch().wait()
      log.withLock { $0.append("-\(name)") }
    }
  }

  private func manager(_ server: MemoryServer, identity: String? = "us") -> Manager {
    let leadership = identity.map {
      Leadership(client: server, key: key("leader"), identity: $0, registry: MetricsRegistry(), time: time)
    }
    let manager = Manager(leadership: leadership, time: time)
    manager.addServer(part("server"))
    manager.addBackground(part("cache"))
    manager.addLeading(part("controller"))
    return manager
  }

  @Test func controllersEndFirstThenCachesThenServersThenTheLease() async throws {
    let server = MemoryServer()
    let manager = manager(server)
    let running = Task { try await manager.run() }
    #expect(await eventually { log.withLock { Set($0) } == ["+server", "+cache", "+controller"] })
    running.cancel()
    #expect(try await running.value == .stopped)
    #expect(Array(lines.suffix(3)) == ["-controller", "-cache", "-server"])
    #expect(server.object(Lease.self, key("leader"))?.spec?.holderIdentity == "")
  }

  @Test func withoutAnElectionEverybodyLeads() async throws {
    let manager = manager(MemoryServer(), identity: nil)
    let running = Task { try await manager.run() }
    #expect(await eventually { log.withLock { Set($0) } == ["+server", "+cache", "+controller"] })
    running.cancel()
    #expect(try await running.value == .stopped)
    #expect(Array(lines.suffix(3)) == ["-controller", "-cache", "-server"])
  }

  @Test func controllersWaitForTheCaches() async throws {
    let subject = ManualServer()
    let manager = manager(MemoryServer())
    let informer = Informer<ConfigMap>(client: subject, time: time)
    manager.add(informer)
    let running = Task { try await manager.run() }
    #expect(await eventually { log.withLock { $0.contains("+cache") } && subject.count == 1 })
    #expect(!lines.contains("+controller"))
    #expect(!manager.isReady)
    let feed = await subject.expectWatch(.stream)
    feed.send(.bookmark(resourceVersion: "5", initialEventsEnd: true))
    #expect(await eventually { log.withLock { $0.contains("+controller") } })
    #expect(manager.isReady)
    running.cancel()
    subject.end()
    #expect(try await running.value == .stopped)
  }

  @Test func aCandidateThatStopsBeforeItsCachesAreFilledNeverLeads() async throws {
    let subject = ManualServer()
    let server = MemoryServer()
    let manager = manager(server)
    manager.add(Informer<ConfigMap>(client: subject, time: time))
    let running = Task { try await manager.run() }
    #expect(await eventually { subject.count == 1 })
    running.cancel()
    subject.end()
    #expect(try await running.value == .stopped)
    #expect(!lines.contains("+controller"))
    #expect(server.calls == [])
  }

  @Test func aLostLeaseEndsEverythingWithoutWaiting() async throws {
    let server = MemoryServer()
    let manager = manager(server)
    let running = Task { try await manager.run() }
    #expect(await eventually { log.withLock { $0.contains("+controller") } })
    server.setFault { _ in KubernetesError(.transport, "connection refused") }
    #expect(
      await eventually {
        time.advance(by: .seconds(1))
        return log.withLock { $0.contains("-server") }
      }
    )
    #expect(try await running.value == .leadershipLost)
    #expect(server.object(Lease.self, key("leader"))?.spec?.holderIdentity == "us", "nothing was released")
  }

  @Test func oneInformerServesAllWhoAskForTheSame() async throws {
    let server = MemoryServer()
    let manager = Manager(leadership: nil, time: time)
    let set = InformerSet(client: server, manager: manager, time: time)
    let all = set.informer(ConfigMap.self)
    #expect(all === set.informer(ConfigMap.self, indexers: ["x": { _ in ["y"] }]))
    #expect(all !== set.informer(ConfigMap.self, scope: Scope(namespace: "team")))
    _ = all.store.put(ConfigMap("a", version: "1"))
    #expect(all.store.indexedKeys("x", "y") == [key("a")])
    let running = Task { try await manager.run() }
    #expect(await eventually { manager.isReady })
    #expect(server.calls.filter { $0.hasPrefix("list") }.count == 2)
    running.cancel()
    _ = try await running.value
  }
}
