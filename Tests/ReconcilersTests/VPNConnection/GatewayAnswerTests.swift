import CloudLinkerAPI
import Foundations
import Gateway
import HTTPTransport
import HTTPTransportTesting
import Kubernetes
import TestSupport
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

/// Gateways that lie, or talk without end.
@Suite(.timeLimit(.minutes(10))) struct GatewayAnswerTests {
  private func status(owners: [String], error: String? = nil) -> GatewayStatus {
    let forwards = owners.map { owner in
      GatewayStatus.Forward(
        owner: owner,
        portName: "http",
        reachability: .unreachable,
        since: Fixture.now,
        lastError: error
      )
    }
    return GatewayStatus(
      revision: nil,
      tunnel: .init(state: .connected, since: Fixture.now, bytesReceived: -1, lastError: error),
      forwards: forwards,
      notices: Array(repeating: error ?? "", count: 1000)
    )
  }

  @Test func aGatewayWakesNoForwardOfAnotherNamespace() async {
    let woken = Locked<Set<ObjectKey>>([])
    let owners = (0..<1000).map { "victim/f\($0)" } + ["production/hello", "no-namespace", "production"]
    let transport = InMemoryTransport { [self] request in
      guard request.headers["If-None-Match"] == nil else {
        await ConnectionWorld.untilCancelled()
        return ConnectionWorld.encoded(status(owners: []))
      }
      return ConnectionWorld.encoded(status(owners: owners))
    }
    let observer = GatewayObserver(transport: transport, time: VirtualTimeSource())
    observer.onChange { news in woken.withLock { $0.formUnion(news.forwards) } }
    let pod = GatewayPod(connection: ConnectionWorld.key, tunnel: "a", name: "pod", uid: "uid", address: "10.0.0.1")
    await observer.follow([pod], of: ConnectionWorld.key)
    let isHeard = await eventually { !(await observer.observations(of: ConnectionWorld.key).isEmpty) }
    #expect(isHeard)
    #expect(woken.withLock { $0 } == [ObjectKey(namespace: "production", name: "hello")])
    await observer.stop()
  }

  /// The connection's own status says nothing of single forwards.
  @Test func aForwardThatBecomesUnreachableIsNoNewsOfTheConnection() async {
    let reachable = GatewayStatus.Forward(
      owner: "production/hello",
      portName: "http",
      reachability: .reachable,
      since: Fixture.now
    )
    var first = status(owners: [])
    let second = status(owners: ["production/hello"])
    first.forwards = [reachable]
    let answers = Locked([first, second])
    let transport = InMemoryTransport { _ in
      let next = answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
      if let next { return ConnectionWorld.encoded(next) }
      await ConnectionWorld.untilCancelled()
      return .failure(TransportError(.timeout, "cancelled", mayHaveBeenProcessed: true))
    }
    let time = VirtualTimeSource()
    let observer = GatewayObserver(transport: transport, time: time)
    let heard = Locked<[GatewayObserver.News]>([])
    observer.onChange { news in heard.withLock { $0.append(news) } }
    let pod = GatewayPod(connection: ConnectionWorld.key, tunnel: "a", name: "pod", uid: "uid", address: "10.0.0.1")
    await observer.follow([pod], of: ConnectionWorld.key)
    let isHeard = await eventually {
      time.advance(by: .seconds(1))
      return heard.withLock { $0.count } == 2
    }
    #expect(isHeard)
    #expect(heard.withLock { $0.map(\.connection) } == [ConnectionWorld.key, nil])
    let hello = ObjectKey(namespace: "production", name: "hello")
    #expect(heard.withLock { $0.map(\.forwards) } == [[hello], [hello]])
    await observer.stop()
  }

  @Test func whatAGatewaySaysIsCutToSize() {
    let long = String(repeating: "x", count: 100_000)
    let bounded = status(owners: ["production/hello"], error: long).bounded(to: "production")
    #expect(bounded.tunnel.lastError?.count == GatewayStatus.longestText)
    #expect(bounded.tunnel.lastError?.hasSuffix("…") == true)
    #expect(bounded.tunnel.bytesReceived == 0)
    #expect(bounded.notices.count == GatewayStatus.mostNotices)
    #expect(bounded.notices.allSatisfy { $0.count <= GatewayStatus.longestText })
    #expect(bounded.forwards.allSatisfy { ($0.lastError?.count ?? 0) <= GatewayStatus.longestText })
  }

  @Test func aTargetsErrorIsCutToWhatTheStatusHolds() throws {
    var facts = Fixture.facts()
    facts = Fixture.settled(facts, after: GatewayPlan(facts))
    let long = "does not resolve: " + String(repeating: "203.0.113.100, ", count: 80)
    let forward = GatewayStatus.Forward(
      owner: "production/hello",
      portName: "http",
      reachability: .unreachable,
      since: Fixture.now,
      lastError: long
    )
    var given = PortForwardFacts(forward: Fixture.forward(), connection: facts.connection, now: Fixture.now)
    given.observations = ["a": Fixture.observation("a", facts, forwards: [forward])]
    let status = try #require(PortForwardPlan(given, age: .zero).status)
    #expect((status.ports?.first?.lastError?.unicodeScalars.count ?? 0) > 1024)
    let news = try #require(Fixture.forward().news(status))
    #expect(news.ports?.first?.lastError?.unicodeScalars.count == 1024)
    #expect(news.ports?.first?.lastError?.hasSuffix("…") == true)
    var written = Fixture.forward()
    written.status = news
    #expect(written.news(status) == nil, "the same once more is no news")
  }
}
