import Foundations
import HTTPTransport
import Testing

@testable import Kubernetes

@Suite struct RequestRetryTests {
  static func answer(_ kind: KubernetesError.Kind, retryAfter: Duration? = nil) -> KubernetesError {
    KubernetesError(kind, "", retryAfter: retryAfter)
  }
  /// Error, and whether a safe verb and another one are sent again.
  static let answers: [(KubernetesError, safe: Bool, other: Bool)] = [
    (answer(.tooManyRequests), true, true), (answer(.tooManyRequests, retryAfter: .seconds(5)), true, true),
    (answer(.tooManyRequests, retryAfter: .seconds(6)), false, false),
    (answer(.unavailable), true, false), (answer(.unavailable, retryAfter: .seconds(1)), true, true),
    (answer(.serverError), true, false), (answer(.gone, retryAfter: .seconds(1)), false, false),
    (answer(.conflict), false, false), (answer(.forbidden), false, false), (answer(.invalid), false, false),
  ]

  @Test(arguments: answers) func afterAnAnswer(error: KubernetesError, safe: Bool, other: Bool) {
    for (isSafe, expected) in [(true, safe), (false, other)] {
      var retry = RequestRetry(isSafe: isSafe)
      let delay = retry.delay(after: error)
      #expect((delay != nil) == expected)
      if let delay, let floor = error.retryAfter { #expect(delay >= floor) }
    }
  }

  @Test func afterNoAnswer() {
    for (kind, processed, safe, other) in [
      (TransportError.Kind.connect, false, true, true), (.reset, true, true, false), (.reset, false, true, true),
      (.timeout, true, false, false), (.tls, false, false, false), (.cancelled, false, false, false),
    ] {
      let error = TransportError(kind, "", mayHaveBeenProcessed: processed)
      var first = RequestRetry(isSafe: true)
      #expect((first.delay(after: error) != nil) == safe)
      var second = RequestRetry(isSafe: false)
      #expect((second.delay(after: error) != nil) == other)
    }
  }

  @Test func itEndsAfterFourAttemptsWithTheLastError() async throws {
    let time = SleptTime()
    let answers = (1...4).map { ScriptedTransport.Answer.status(503, "{\"message\":\"no \($0)\"}") }
    let transport = ScriptedTransport(answers)
    let error = await #expect(throws: KubernetesError.self) {
      try await KubernetesClient(transport, time: time).get(Widget.self, widget.key)
    }
    #expect(error?.message == "get Widget team/a: no 4")
    #expect(transport.requests.count == 4)
    #expect(time.sleeps.count == 3)
    for (sleep, most) in zip(time.sleeps, [100, 200, 400]) { #expect(sleep <= .milliseconds(most)) }
  }

  @Test func retryAfterIsTheLeastItWaits() async throws {
    let time = SleptTime()
    let transport = ScriptedTransport([
      .status(429, "", ["Retry-After": "2"]), .status(200, #"{"metadata":{"name":"a"}}"#),
    ])
    _ = try await KubernetesClient(transport, time: time).create(widget)
    #expect(transport.requests.count == 2)
    #expect(time.sleeps.allSatisfy { $0 >= .seconds(2) })
  }

  @Test func whatMayHaveBeenDoneIsNotDoneTwice() async throws {
    let lost = ScriptedTransport.Answer.failure(TransportError(.reset, "lost", mayHaveBeenProcessed: true))
    let object = ScriptedTransport.Answer.status(200, #"{"metadata":{"name":"a"}}"#)
    var unnamed = widget
    unnamed.metadata.name = nil
    unnamed.metadata.generateName = "a-"
    let created = ScriptedTransport([lost, object])
    await #expect(throws: KubernetesError.self) { try await KubernetesClient(created).create(unnamed) }
    #expect(created.requests.count == 1)
    let patched = ScriptedTransport([lost, object])
    await #expect(throws: KubernetesError.self) {
      try await KubernetesClient(patched).jsonPatch(Widget.self, widget.key, [.remove("/spec/size")])
    }
    #expect(patched.requests.count == 1)
    let applied = ScriptedTransport([lost, object])
    _ = try await KubernetesClient(applied).apply(widget, fieldManager: "m", force: true)
    #expect(applied.requests.count == 2)
    let deleted = ScriptedTransport([lost, object])
    try await KubernetesClient(deleted).delete(Widget.self, widget.key, DeleteOptions(uid: "u"))
    #expect(deleted.requests.count == 2)
  }

  @Test func theCreationOfANameIsRepeatedOnceAndA409ShowsThatItWasDone() async throws {
    let lost = ScriptedTransport.Answer.failure(TransportError(.reset, "lost", mayHaveBeenProcessed: true))
    let object = ScriptedTransport.Answer.status(201, #"{"metadata":{"name":"a"}}"#)
    let refused = ScriptedTransport([lost, object])
    #expect(try await KubernetesClient(refused).create(widget).key.name == "a")
    let done = ScriptedTransport([lost, .status(409, #"{"reason":"AlreadyExists"}"#)])
    let exists = await #expect(throws: KubernetesError.self) { try await KubernetesClient(done).create(widget) }
    #expect(exists?.kind == .alreadyExists)
    let down = ScriptedTransport([lost, lost, object])
    let error = await #expect(throws: KubernetesError.self) { try await KubernetesClient(down).create(widget) }
    #expect(error?.kind == .transport && down.requests.count == 2)
  }

  /// Gives `old` until it is refused.
  final class Tokens: CredentialProvider {
    let asked = Locked<[Bool]>([])
    func headers(fresh: Bool) async throws(KubernetesError) -> [(String, String)] {
      asked.withLock { $0.append(fresh) }
      return [("Authorization", fresh ? "Bearer new" : "Bearer old")]
    }
  }

  @Test func a401IsAnsweredWithFreshCredentialsOnce() async throws {
    let tokens = Tokens()
    let transport = ScriptedTransport([
      .status(401), .status(200, #"{"metadata":{"name":"a"}}"#), .status(401), .status(401),
    ])
    let client = KubernetesClient(transport, credentials: tokens)
    _ = try await client.get(Widget.self, widget.key)
    #expect(transport.requests.map { $0.headers["Authorization"] } == ["Bearer old", "Bearer new"])
    let error = await #expect(throws: KubernetesError.self) { try await client.get(Widget.self, widget.key) }
    #expect(error?.kind == .unauthorized)
    #expect(tokens.asked.withLock { $0 } == [false, true, false, true])
  }

  @Test func aWatchToo() async throws {
    let transport = ScriptedTransport([.status(401), .chunks([]), .status(401), .status(401)])
    let client = KubernetesClient(transport, credentials: Tokens())
    _ = try await client.watch(Widget.self, Scope(), WatchOptions(resourceVersion: "1"))
    await #expect(throws: KubernetesError.self) {
      try await client.watch(Widget.self, Scope(), WatchOptions(resourceVersion: "1"))
    }
    #expect(transport.requests.count == 4)
  }

  @Test func eachWarningIsLoggedOnceAndEachAnswerObserved() async throws {
    let lines = Locked<[String]>([])
    let seen = Locked<[String]>([])
    let object = #"{"metadata":{"name":"a"}}"#
    let warning: HTTPHeaders = ["Warning": "299 - \"policy/v1beta1 is deprecated\"", "warning": "199 - \"other\""]
    let transport = ScriptedTransport([
      .status(200, object, warning), .status(200, object, warning), .status(404),
      .failure(TransportError(.tls, "no", mayHaveBeenProcessed: false)),
    ])
    let client = KubernetesClient(
      transport: transport,
      server: "https://api",
      logger: Logger(write: { line in lines.withLock { $0.append(line) } })
    ) { method, code, host in seen.withLock { $0.append("\(method) \(code) \(host)") } }
    for _ in 0..<4 { _ = try? await client.get(Widget.self, widget.key) }
    #expect(lines.withLock { $0.count } == 1)
    #expect(seen.withLock { $0 } == ["GET 200 api:443", "GET 200 api:443", "GET 404 api:443", "GET 0 api:443"])
  }
}
