import Azure
import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@Suite struct ClientTests {
  @Test func everyRequestSaysItsVersion() async throws {
    let server = Server { $0.method == "GET" ? .json(#"{"value":[]}"#) : .json("{}") }
    let client = try client(server.transport)
    _ = try await client.resourceGroup("rg")
    _ = try await client.natGateways(in: group)
    _ = try await client.resources(in: group)
    _ = try await client.put(group.network("routeTables", "r"), [:])
    let root = "https://management.azure.com/subscriptions/\(subscription)/resourceGroups/rg"
    #expect(
      server.requests.map(\.url) == [
        "\(root)?api-version=2025-04-01",
        "\(root)/providers/Microsoft.Network/natGateways?api-version=2026-03-01",
        "\(root)/resources?api-version=2025-04-01",
        "\(root)/providers/Microsoft.Network/routeTables/r?api-version=2026-03-01",
      ]
    )
  }

  @Test func pagesAreFollowedOnTheSameHostOnly() async throws {
    let next = Locked("https://management.azure.com/page2")
    let server = Server { request in
      if request.url.hasSuffix("page2") { return .json(#"{"value":[{"name":"b"}]}"#) }
      return .json(#"{"value":[{"name":"a"}],"nextLink":"\#(next.withLock { $0 })"}"#)
    }
    let client = try client(server.transport)
    #expect(try await client.routeTables(in: group).map(\.name) == ["a", "b"])
    for link in [
      "https://evil.example/page2", "http://management.azure.com/page2", "https://management.azure.com:444/page2",
      "https://management.azure.com@evil.example/page2", "/page2", "https://management.azure.com.evil.example/page2",
    ] {
      next.withLock { $0 = link }
      let error = await failure { () async throws(CloudError) in try await client.routeTables(in: group) }
      #expect(error?.kind == .malformed)
    }
    #expect(!server.requests.contains { $0.url.contains("evil") || $0.url.hasPrefix("http:") })
  }

  @Test func pagesWithoutEndAreRefused() async throws {
    let server = Server { .json(#"{"value":[],"nextLink":"\#($0.url)"}"#) }
    let client = try client(server.transport)
    let error = await failure { () async throws(CloudError) in try await client.routeTables(in: group) }
    #expect(error?.kind == .malformed && server.requests.count == 1)
  }

  @Test func whatIsNotThereIsNothing() async throws {
    let server = Server { _ in refusal(404, "ResourceNotFound") }
    let client = try client(server.transport)
    #expect(try await client.resourceGroup("rg") == nil)
    #expect(try await client.virtualNetworks(in: group).isEmpty)
    #expect(try await client.delete(group.network("routeTables", "r")) == nil)
  }

  @Test func a404ThatIsNotAzuresIsNoProofOfAbsence() async throws {
    let server = Server { _ in .json("<html>not found</html>", status: 404) }
    let client = try client(server.transport)
    let error = await failure { () async throws(CloudError) in try await client.resourceGroup("rg") }
    #expect(error?.kind == .malformed)
  }

  @Test(arguments: ["", "[]", "nothing", "{\"value\":{}}", "{\"value\":null}"])
  func anAnswerThatIsNoListIsMalformed(text: String) async throws {
    let server = Server { _ in .json(text) }
    let client = try client(server.transport)
    let error = await failure { () async throws(CloudError) in try await client.routeTables(in: group) }
    #expect(error?.kind == .malformed)
  }

  @Test func aLostAnswerIsAskedForAgain() async throws {
    let time = VirtualTimeSource()
    let server = Server { _ in .json("{}") }
    let faults = FaultTransport(server.transport, time: time)
    faults.inject(.loseAnswer, on: { $0.method == "PUT" })
    faults.inject(.answer(status: 500), on: { $0.method == "PUT" })
    let client = try client(faults, time: time, retry: RetryPolicy(maxAttempts: 4))
    let task = Task { await failure { () async throws(CloudError) in try await client.put(group, [:]) } }
    #expect(await finishing(task, on: time) == nil)
    #expect(server.requests.count == 2)
  }

  @Test func anAnswerThatNeverComesIsATransportError() async throws {
    let faults = FaultTransport(Server { _ in .json("{}") }.transport)
    let client = try client(faults)
    faults.inject(.loseAnswer, on: { $0.method == "PUT" })
    let error = await failure { () async throws(CloudError) in try await client.put(group, [:]) }
    #expect(error?.kind == .transport && error?.mayHaveBeenProcessed == true)
    #expect(error?.operation == "Microsoft.Resources/subscriptions/resourceGroups/write")
  }

  @Test func theBudgetSpreadsRequestsOverTime() async throws {
    let time = VirtualTimeSource()
    let server = Server { _ in .json(#"{"value":[]}"#) }
    let client = try client(server.transport, time: time, budget: RequestBudget(perSecond: 1, burst: 2, time: time))
    // A token, and one request.
    _ = try await client.routeTables(in: group)
    let third = Task { await failure { () async throws(CloudError) in try await client.routeTables(in: group) } }
    while time.sleeperCount == 0 { await Task.yield() }
    #expect(time.remaining == [.seconds(1)] && server.requests.count == 1)
    time.advance(by: .seconds(1))
    #expect(await third.value == nil)
    #expect(server.requests.count == 2)
  }

  @Test func whatIsSentAgainCountsAgain() async throws {
    let time = VirtualTimeSource()
    let server = Server { _ in .json(#"{"value":[]}"#) }
    let faults = FaultTransport(server.transport, time: time)
    let budget = RequestBudget(perSecond: 1, burst: 2, time: time)
    let client = try client(
      faults,
      time: time,
      retry: RetryPolicy(backoff: .init(initial: .zero, maximum: .zero)),
      budget: budget
    )
    faults.inject(.answer(status: 503), on: { $0.method == "GET" })
    // The token, the refused request, and then one that has to wait for its turn.
    let task = Task { await failure { () async throws(CloudError) in try await client.routeTables(in: group) } }
    while !time.remaining.contains(.seconds(1)) { await Task.yield() }
    #expect(faults.requestCount == 2 && server.requests.isEmpty)
    time.advance(by: .seconds(1))
    #expect(await task.value == nil)
  }

  @Test func aWriteOfWhatChangedMeanwhileIsAConflict() async throws {
    let server = Server { $0.headers["If-Match"] == "W/\"1\"" ? refusal(412, "PreconditionFailed") : .json("{}") }
    let client = try client(server.transport)
    let error = await failure { () async throws(CloudError) in try await client.put(group, [:], ifMatch: "W/\"1\"") }
    #expect(error?.kind == .conflict)
  }
}
