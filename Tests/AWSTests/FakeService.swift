import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting

@testable import AWS

extension HTTPResponse {
  static func xml(_ text: String, status: Int = 200, headers: HTTPHeaders = [:]) -> HTTPResponse {
    HTTPResponse(head: HTTPResponseHead(status: status, headers: headers), body: Array(text.utf8))
  }
  /// As EC2 words its refusals.
  static func ec2Error(_ code: String, status: Int = 400, message: String = "why") -> HTTPResponse {
    .xml(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>\(code)</Code><Message>\(message)"
        + "</Message></Error></Errors><RequestID>r</RequestID></Response>",
      status: status
    )
  }
  static func assumedRole(_ action: String, id: String, expires: String) -> HTTPResponse {
    .xml(
      "<\(action)Response><\(action)Result><Credentials><AccessKeyId>\(id)</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
        + "<SessionToken>t</SessionToken><Expiration>\(expires)</Expiration></Credentials></\(action)Result>"
        + "</\(action)Response>"
    )
  }
}

extension HTTPRequest {
  /// The form's fields, decoded.
  var form: [String: String] {
    Dictionary(
      String(decoding: body ?? [], as: UTF8.self).split(separator: "&").map { pair in
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { unescaped($0) }
        return (parts[0], parts.count > 1 ? parts[1] : "")
      }
    ) { $1 }
  }
}

private func unescaped(_ text: Substring) -> String {
  var bytes: [UInt8] = []
  var rest = Array(text.utf8)[...]
  while let byte = rest.popFirst() {
    if byte == 0x25, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
      bytes.append(value)
      rest.removeFirst(2)
    } else {
      bytes.append(byte)
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}

/// Answers in order; the last one for ever.
final class Script: Sendable {
  private let answers: Locked<[InMemoryTransport.Answer]>
  init(_ answers: [InMemoryTransport.Answer]) { self.answers = Locked(answers) }
  func next() -> InMemoryTransport.Answer {
    answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
  }
}

/// A client whose every wait is over at once.
struct TestClient {
  let transport: InMemoryTransport
  let time = ImpatientTimeSource()
  let service: ServiceClient
  var ec2: EC2Client { EC2Client(QueryClient(service, version: EC2Client.version)) }
  var iam: IAMClient {
    IAMClient(QueryClient(service.at(.iam(for: "eu-west-1")), version: IAMClient.version))
  }
  var secrets: SecretsManagerClient {
    SecretsManagerClient(service.at(AWSEndpoint(service: "secretsmanager", region: "eu-west-1")))
  }
  var actions: [String] { transport.requests.map { $0.form["Action"] ?? "" } }

  init(_ answers: InMemoryTransport.Answer..., credentials: AWSCredentialSource? = nil) {
    let script = Script(answers)
    self.init(credentials: credentials) { _ in script.next() }
  }

  init(credentials: AWSCredentialSource? = nil, respond: @escaping @Sendable (HTTPRequest) -> InMemoryTransport.Answer)
  {
    transport = InMemoryTransport { respond($0) }
    let keys = credentials ?? AWSCredentialSource(AWSCredentials(accessKeyID: "AKID", secretAccessKey: "hidden"))
    service = ServiceClient(
      endpoint: AWSEndpoint(service: "ec2", region: "eu-west-1"),
      credentials: keys,
      transport: transport,
      time: time
    )
  }
}

/// Sleeping moves the clock, and nobody waits.
final class ImpatientTimeSource: TimeSource {
  private struct State {
    var now = ContinuousClock.now
    var wall = Timestamp(seconds: 1_767_225_600)
    var slept: [Duration] = []
  }
  private let state = Locked(State())
  var now: ContinuousClock.Instant { state.withLock { $0.now } }
  var timestamp: Timestamp { state.withLock { $0.wall } }
  var slept: [Duration] { state.withLock { $0.slept } }
  func sleep(until deadline: ContinuousClock.Instant) async throws {
    try Task.checkCancellation()
    state.withLock { state in
      state.slept.append(state.now.duration(to: deadline))
      state.wall = state.wall.advanced(by: state.now.duration(to: deadline))
      state.now = max(state.now, deadline)
    }
  }
  func advance(by duration: Duration) {
    state.withLock { state in
      state.now = state.now.advanced(by: duration)
      state.wall = state.wall.advanced(by: duration)
    }
  }
}

/// What a throwing call threw.
func failure<Value>(_ body: () async throws(CloudError) -> Value) async -> CloudError? {
  do throws(CloudError) {
    _ = try await body()
    return nil
  } catch { return error }
}
