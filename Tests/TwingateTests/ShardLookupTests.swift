import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@testable import Twingate

@Suite struct ShardLookupTests {
  private static let empty = #"{"data":{"result":{"pageInfo":{"hasNextPage":false},"edges":[]}}}"#

  @Test func theKeyGoesToTheShardAndIsNotShownToTheApex() async throws {
    let server = Server { _ in .whole(.json(Self.empty)) }
    let client = try client(server.transport)
    for _ in 0..<2 { _ = try await client.connectors(lane: .look) }
    let urls = server.transport.requests.map { "\($0.method) \($0.url)" }
    #expect(
      urls == [
        "HEAD https://acme.twingate.com/api/graphql/", "POST https://\(shardHost)/api/graphql/",
        "POST https://\(shardHost)/api/graphql/",
      ]
    )
    #expect(server.transport.requests[0].headers["X-API-KEY"] == nil && server.transport.requests[0].body == nil)
    #expect(server.requests.allSatisfy { $0.headers["X-API-KEY"] == apiKey.value })
  }

  @Test(arguments: [
    "http://acme.eu1.twingate.com/api/graphql/", "https://acme.eu1.twingate.com:8443/", "https://evil.example/",
    "https://acme.evil.example/", "https://acme.eu1.twingate.com.evil.example/", "https://other.eu1.twingate.com/",
    "https://acmee.twingate.com/", "https://user@acme.eu1.twingate.com/", "/api/graphql/", "",
  ])
  func aRedirectToAnotherPlaceIsNotFollowed(location: String) async throws {
    let server = Server(apex: redirect(location)) { _ in .whole(.json(Self.empty)) }
    let client = try client(server.transport)
    let error = await failure { () async throws(CloudError) in try await client.connectors(lane: .look) }
    #expect(error?.kind == .malformed && error?.operation == "network")
    #expect(server.transport.requests.count == 1)
  }

  @Test(arguments: [
    (404, "text/plain", CloudError.Kind.notFound), (200, "text/html; charset=utf-8", .notFound),
    (429, "", .throttled), (503, "", .unavailable),
  ])
  func aNetworkThatCannotBeResolved(status: Int, type: String, kind: CloudError.Kind) async throws {
    let head = HTTPResponseHead(status: status, headers: ["Content-Type": type])
    let server = Server(apex: HTTPResponse(head: head)) { _ in .whole(.json(Self.empty)) }
    let client = try client(server.transport)
    #expect(await failure { () async throws(CloudError) in try await client.shard() }?.kind == kind)
  }

  @Test func anApexThatAnswersItselfIsTheShard() async throws {
    let server = Server(apex: .json("{}", status: 405)) { _ in .whole(.json(Self.empty)) }
    #expect(try await client(server.transport).shard() == "acme.twingate.com")
  }

  @Test func aNetworkThatHasMovedIsLookedUpAgain() async throws {
    let moved = Locked(false)
    let transport = InMemoryTransport { request in
      let isMoved = moved.withLock { $0 }
      let shard = isMoved ? "acme.us2.twingate.com" : shardHost
      if request.url.hasPrefix("https://acme.twingate.com/") { return .whole(redirect("https://\(shard)/")) }
      if request.url.hasPrefix("https://\(shard)/") { return .whole(.json(Self.empty)) }
      return .whole(redirect("https://evil.example/"))
    }
    let client = try client(transport)
    _ = try await client.connectors(lane: .look)
    moved.withLock { $0 = true }
    let task = Task {
      await failure { () async throws(CloudError) in try await client.deleteConnector("c", lane: .change) }
    }
    #expect(await task.value?.kind == .unavailable)
    _ = try await client.connectors(lane: .look)
    #expect(transport.requests.last?.url == "https://acme.us2.twingate.com/api/graphql/")
    #expect(!transport.requests.contains { $0.url.contains("evil") })
  }

  @Test(arguments: [
    "", "Acme", "acme.eu1", "acme/", "-acme", "acme-", "ac me", "acme@evil", String(repeating: "a", count: 64),
  ])
  func aNetworkIsALabel(name: String) {
    #expect(throws: CloudError.self) { try TwingateNetwork(name) }
  }
}
