import Foundations
import Gateway
import HTTPTransport
import Testing

@testable import GatewayAgent

@Suite(.timeLimit(.minutes(10))) struct CanaryListenerTests {
  let canary: CanaryListener

  init() throws {
    canary = try #require(CanaryListener(port: 0))
    canary.start()
  }

  /// What the operator does.
  private func read() async throws -> HTTPResponse {
    let transport = CurlTransport(.init(proxy: .none))
    return try await transport.send(HTTPRequest(url: "http://127.0.0.1:\(canary.port)/"))
  }

  @Test func `an HTTP client reads the answer every time`() async throws {
    for _ in 0..<50 {
      let answer = try await read()
      #expect(answer.status == 200)
      #expect(String(decoding: answer.body, as: UTF8.self) == PolicyCanary.body)
    }
  }

  @Test func `a client that says nothing is answered at once, and closed`() throws {
    let client = try #require(TestClient(to: canary.port))
    #expect(client.receive(for: .seconds(30)) == PolicyCanary.answer)
    #expect(client.isClosed)
  }

  @Test func `clients that stay hold up nobody, and are closed in the end`() async throws {
    let silent = try (0..<300).map { _ in try #require(TestClient(to: canary.port)) }
    #expect(try await read().status == 200)
    let last = try #require(silent.last)
    #expect(last.receive(for: .seconds(30)) == PolicyCanary.answer)
    for _ in 0..<10 { last.send(String(repeating: "x", count: 10_000)) }
    #expect(try await read().status == 200)
  }

  @Test func `a port that is taken is no error`() {
    #expect(CanaryListener(port: canary.port) == nil)
  }

  @Test func `the status says whether there is a canary`() {
    var state = AgentState(now: Timestamp(seconds: 0))
    #expect(state.status.hasPolicyCanary == false)
    state.hasPolicyCanary = true
    #expect(state.status.hasPolicyCanary == true)
  }
}
