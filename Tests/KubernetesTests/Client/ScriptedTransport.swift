import FoundationEssentials
import Foundations
import HTTPTransport

@testable import Kubernetes

/// Answers requests in order from a script and keeps what it was sent.
final class ScriptedTransport: Transport {
  enum Answer: Sendable {
    case status(Int, String = "{}", HTTPHeaders = [:])
    case failure(TransportError)
    /// A stream: these chunks, then the end or a failure.
    case chunks([[UInt8]], TransportError? = nil)
  }
  private struct State {
    var script: [Answer]
    var requests: [HTTPRequest] = []
  }
  private let state: Locked<State>

  init(_ script: [Answer]) { state = Locked(State(script: script)) }
  var requests: [HTTPRequest] { state.withLock { $0.requests } }

  private func answer(_ request: HTTPRequest) -> Answer {
    state.withLock { state in
      state.requests.append(request)
      return state.script.isEmpty ? .status(200) : state.script.removeFirst()
    }
  }

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    switch answer(request) {
    case .status(let status, let body, let headers):
      return HTTPResponse(head: HTTPResponseHead(status: status, headers: headers), body: Array(body.utf8))
    case .failure(let error): throw error
    case .chunks(let chunks, _):
      return HTTPResponse(head: HTTPResponseHead(status: 200), body: Array(chunks.joined()))
    }
  }

  func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStreamingResponse {
    var status = 200
    var headers: HTTPHeaders = [:]
    var chunks: [[UInt8]] = []
    var end: TransportError?
    switch answer(request) {
    case .status(let code, let body, let fields): (status, chunks, headers) = (code, [Array(body.utf8)], fields)
    case .failure(let error): throw error
    case .chunks(let some, let error): (chunks, end) = (some, error)
    }
    let left = Locked(chunks)
    return HTTPStreamingResponse(
      head: HTTPResponseHead(status: status, headers: headers),
      body: HTTPBody { [end] () async throws(TransportError) in
        if let chunk = left.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return chunk }
        if let end { throw end }
        return nil
      }
    )
  }
}

/// Time that passes by being slept through, and keeps how long each sleep was.
final class SleptTime: TimeSource {
  private struct State {
    var now = ContinuousClock.now
    var sleeps: [Duration] = []
  }
  private let state = Locked(State())
  var now: ContinuousClock.Instant { state.withLock { $0.now } }
  var timestamp: Timestamp { Timestamp(seconds: 1_767_225_600) }
  var sleeps: [Duration] { state.withLock { $0.sleeps } }
  func sleep(until deadline: ContinuousClock.Instant) async throws {
    state.withLock { state in
      state.sleeps.append(state.now.duration(to: deadline))
      state.now = max(state.now, deadline)
    }
  }
}

/// A kind for tests.
struct Widget: CompleteResource {
  static let resourceType = ResourceType(group: "example.com", version: "v1", kind: "Widget", plural: "widgets")
  struct Spec: Codable, Sendable, Equatable { var size: Int? }
  struct Status: Codable, Sendable, Equatable { var phase: String? }
  var metadata: ObjectMeta
  var spec: Spec?
  var status: Status?
}

let widget = Widget(
  metadata: ObjectMeta(name: "a", namespace: "team", labels: ["x": "1"]),
  spec: .init(size: 3),
  status: .init(phase: "Good")
)

extension KubernetesClient {
  init(
    _ transport: ScriptedTransport,
    credentials: any CredentialProvider = NoCredentials(),
    time: any TimeSource = SleptTime()
  ) {
    self.init(transport: transport, server: "https://api:6443", credentials: credentials, time: time)
  }
}

func json(_ bytes: [UInt8]?) throws -> JSONValue {
  try JSONDecoder().decode(JSONValue.self, from: Data(bytes ?? []))
}
