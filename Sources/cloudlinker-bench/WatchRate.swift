internal import CloudLinkerAPI
internal import ControllerRuntime
internal import FoundationEssentials
internal import Foundations
internal import HTTPTransport
internal import HTTPTransportTesting
internal import Kubernetes

/// Measures how many watch events a second get from bytes into an informer's cache. A server in memory sends them as
/// fast as they are taken.
enum WatchRate {
  static func measure(events count: Int) async throws -> Double {
    let lines = Array(try (0..<count).map(line).joined())
    let chunks = stride(from: 0, to: lines.count, by: 16_384).map { start in
      Array(lines[start..<min(start + 16_384, lines.count)])
    }
    let transport = InMemoryTransport { request in
      guard request.url.contains("watch=") else {
        return .whole(.json(#"{"kind":"List","metadata":{"resourceVersion":"1"},"items":[]}"#))
      }
      let feed = BodyFeed()
      for chunk in chunks { feed.send(chunk) }
      return .streamed(feed)
    }
    let client = KubernetesClient(transport: transport, server: "https://memory")
    var options = Informer<PortForward>.Options()
    options.initial = .list
    let informer = Informer<PortForward>(client: client, options: options)
    let running = Task { await informer.run() }
    defer { running.cancel() }
    await informer.waitForSync()
    let elapsed = try await seconds {
      while informer.store.count < count { try await Task.sleep(for: .milliseconds(1)) }
    }
    return Double(count) / elapsed
  }

  private static func line(_ index: Int) throws -> [UInt8] {
    let object = """
      {"type":"ADDED","object":{"apiVersion":"cloudlinker.dev/v1alpha1","kind":"PortForward","metadata":{"name":\
      "f\(index)","namespace":"bench","uid":"8b1f6a52-0000-4000-8000-\(100_000_000_000 + index)","resourceVersion":\
      "\(index + 2)","generation":1,"creationTimestamp":"2026-11-01T00:00:00Z"},"spec":{"vpnConnectionRef":{"name":\
      "office"},"ports":[{"name":"http","port":\(1024 + index % 60_000),"protocol":"TCP","target":{"host":\
      "192.168.100.30","port":8080}}]},"status":{"address":"vpn.bench","observedGeneration":1,"portCount":1,\
      "conditions":[{"type":"Ready","status":"True","reason":"Forwarding","message":"1 port leads through \
      VPNConnection office","lastTransitionTime":"2026-11-01T00:00:00Z","observedGeneration":1}]}}}

      """
    return Array(object.utf8)
  }
}
