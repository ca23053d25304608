import Foundations
import HTTPTransport
import Testing

@testable import Kubernetes

@Suite struct ErrorMappingTests {
  static func status(_ code: Int, _ reason: String, _ message: String = "m", details: String = "{}") -> String {
    #"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"\#(message)","reason":"\#(reason)","#
      + #""details":\#(details),"code":\#(code)}"#
  }

  /// 2026-01-01T00:00:00Z.
  static let now = Timestamp(seconds: 1_767_225_600)

  static let answers: [(Int, String, KubernetesError.Kind)] = [
    (400, status(400, "BadRequest"), .badRequest), (401, status(401, "Unauthorized"), .unauthorized),
    (403, status(403, "Forbidden"), .forbidden), (404, status(404, "NotFound"), .notFound),
    (405, status(405, "MethodNotAllowed"), .methodNotAllowed), (409, status(409, "AlreadyExists"), .alreadyExists),
    (409, status(409, "Conflict"), .conflict), (410, status(410, "Gone"), .gone), (410, status(410, "Expired"), .gone),
    (410, "", .gone), (415, status(415, "UnsupportedMediaType"), .badRequest), (422, status(422, "Invalid"), .invalid),
    (429, status(429, "TooManyRequests"), .tooManyRequests), (500, status(500, "InternalError"), .serverError),
    (502, "<html>bad gateway</html>", .unavailable), (503, status(503, "ServiceUnavailable"), .unavailable),
    (504, status(504, "Timeout"), .unavailable),
    (504, status(504, "Timeout", details: #"{"causes":[{"reason":"ResourceVersionTooLarge"}]}"#), .gone),
    (504, status(504, "Timeout", "Too large resource version: 9, current: 1"), .gone), (302, "", .badRequest),
  ]

  @Test(arguments: answers) func kind(code: Int, body: String, kind: KubernetesError.Kind) {
    let error = KubernetesError.from(
      HTTPResponse(head: HTTPResponseHead(status: code), body: Array(body.utf8)),
      what: "get Widget team/a",
      now: Self.now
    )
    #expect(error.kind == kind)
    #expect(error.status == code)
    #expect(error.message.hasPrefix("get Widget team/a: "))
    #expect(!error.message.contains("html"), "never a raw body")
  }

  @Test func theServersWordsAndHintsAreKept() {
    let body = Self.status(429, "TooManyRequests", "slow down", details: #"{"retryAfterSeconds":3}"#)
    var response = HTTPResponse(head: HTTPResponseHead(status: 429), body: Array(body.utf8))
    let fromBody = KubernetesError.from(response, what: "list", now: Self.now)
    #expect(fromBody.message == "list: slow down")
    #expect(fromBody.reason == "TooManyRequests")
    #expect(fromBody.retryAfter == .seconds(3))
    response.head.headers["Retry-After"] = "5"
    #expect(KubernetesError.from(response, what: "list", now: Self.now).retryAfter == .seconds(5))
    response.head.headers["Retry-After"] = "Thu, 01 Jan 2026 00:01:30 GMT"
    #expect(KubernetesError.from(response, what: "list", now: Self.now).retryAfter == .seconds(90))
    response.head.headers["Retry-After"] = "-5"
    #expect(KubernetesError.from(response, what: "list", now: Self.now).retryAfter == .seconds(3))
  }

  @Test(arguments: ["86400", "9223372036854775807", "9999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
  func anAbsurdHeaderIsNoWait(value: String) {
    let head = HTTPResponseHead(status: 503, headers: ["Retry-After": value])
    let error = KubernetesError.from(HTTPResponse(head: head), what: "list", now: Self.now)
    #expect(error.retryAfter == RetryAfter.longest)
  }

  @Test(
    arguments: [
      ("-9223372036854775808", .zero), ("-1", .zero), ("2.5", .milliseconds(2500)),
      ("9223372036854775807", RetryAfter.longest), ("1e300", RetryAfter.longest),
    ] as [(String, Duration)]
  )
  func anAbsurdDetailIsNoWaitAndHidesNoMessage(seconds: String, wait: Duration) {
    let body = Self.status(429, "TooManyRequests", "slow down", details: #"{"retryAfterSeconds":\#(seconds)}"#)
    let response = HTTPResponse(head: HTTPResponseHead(status: 429), body: Array(body.utf8))
    let error = KubernetesError.from(response, what: "list", now: Self.now)
    #expect(error.retryAfter == wait)
    #expect(error.message == "list: slow down")
  }

  @Test func anAnswerThatIsNoObjectIsSaidWithoutItsContent() async throws {
    let transport = ScriptedTransport([.status(200, #"{"metadata":{"name":5309}}"#), .status(200, "secret")])
    let client = KubernetesClient(transport)
    for _ in 0..<2 {
      let error = await #expect(throws: KubernetesError.self) {
        try await client.get(Widget.self, ObjectKey(namespace: "team", name: "a"))
      }
      #expect(error?.kind == .decoding)
      #expect(error?.message.contains("5309") == false && error?.message.contains("secret") == false)
    }
  }
}
