import Azure
import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@Suite struct TokenTests {
  private static let empty = HTTPResponse.json(#"{"value":[]}"#)

  @Test func aTokenServesUntilFiveMinutesBeforeItsEnd() async throws {
    let time = VirtualTimeSource()
    let server = Server { _ in Self.empty }
    let client = try client(server.transport, time: time)
    _ = try await client.routeTables(in: group)
    time.advance(by: .seconds(3299))
    _ = try await client.routeTables(in: group)
    #expect(server.tokensGiven == 1)
    time.advance(by: .seconds(1))
    _ = try await client.routeTables(in: group)
    #expect(server.tokensGiven == 2)
    #expect(server.requests.map { $0.headers["Authorization"] } == ["Bearer t1", "Bearer t1", "Bearer t2"])
  }

  @Test func manyCallsMakeOneExchange() async throws {
    let server = Server { _ in Self.empty }
    let client = try client(server.transport)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for _ in 0..<20 { tasks.addTask { _ = try await client.routeTables(in: group) } }
      try await tasks.waitForAll()
    }
    #expect(server.tokensGiven == 1 && server.requests.count == 20)
  }

  @Test func aFailedRefreshLeavesTheTokenInUseWhileItHolds() async throws {
    let time = VirtualTimeSource()
    let server = Server { _ in Self.empty }
    let faults = FaultTransport(server.transport, time: time)
    let client = try client(faults, time: time)
    _ = try await client.routeTables(in: group)
    time.advance(by: .seconds(3400))
    faults.inject(.answer(status: 503), on: { $0.url.contains("/token") }, times: 100)
    _ = try await client.routeTables(in: group)
    #expect(server.requests.last?.headers["Authorization"] == "Bearer t1")
    time.advance(by: .seconds(200))
    let error = await failure { () async throws(CloudError) in try await client.routeTables(in: group) }
    #expect(error?.kind == .unavailable && error?.operation == "token")
  }

  @Test func a401IsAnsweredByOneNewTokenAndOneMoreTry() async throws {
    let server = Server { request in
      request.headers["Authorization"] == "Bearer t1" ? refusal(401, "ExpiredAuthenticationToken") : Self.empty
    }
    let client = try client(server.transport)
    _ = try await client.routeTables(in: group)
    #expect(server.tokensGiven == 2 && server.requests.count == 2)
  }

  @Test func a401ThatStaysIsAnError() async throws {
    let server = Server { _ in refusal(401, "InvalidAuthenticationToken") }
    let client = try client(server.transport)
    let error = await failure { () async throws(CloudError) in try await client.routeTables(in: group) }
    #expect(error?.kind == .unauthenticated && error?.code == "InvalidAuthenticationToken")
    #expect(server.requests.count == 2)
  }

  @Test func aRefusedSecretIsReportedWithoutTraceAndWithoutSecret() async throws {
    let text = "AADSTS7000215: Invalid client secret provided. Trace ID: 1 Correlation ID: 2"
    let transport = InMemoryTransport { _ in
      .whole(.json(#"{"error":"invalid_client","error_description":"\#(text)"}"#, status: 401))
    }
    let client = try client(transport)
    let error = await failure { () async throws(CloudError) in try await client.routeTables(in: group) }
    #expect(error?.kind == .unauthenticated)
    #expect(error?.description == "token: invalid_client: AADSTS7000215: Invalid client secret provided.")
  }

  @Test(arguments: [
    "", "{}", "[]", #"{"access_token":"x"}"#, #"{"access_token":"","expires_in":1}"#,
    #"{"access_token":"a\nb","expires_in":5}"#, #"{"access_token":"a","expires_in":-1}"#,
  ])
  func anAnswerWithoutATokenIsMalformed(text: String) async throws {
    let client = try client(InMemoryTransport { _ in .whole(.json(text)) })
    let error = await failure { () async throws(CloudError) in try await client.routeTables(in: group) }
    #expect(error?.kind == .malformed)
  }
}
