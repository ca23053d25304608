import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting

@testable import GoogleCloud

/// A client over a server in memory that gives tokens `t-1`, `t-2`, …; time moves by itself while anybody sleeps.
struct TestClient {
  let server: InMemoryTransport
  let faults: FaultTransport
  let compute: ComputeClient
  let time: SteppingTime

  init(_ respond: @escaping @Sendable (HTTPRequest) -> HTTPResponse) {
    let time = SteppingTime()
    let issued = Locked(0)
    let tokens = CredentialCache(time: time) { () in
      let number = issued.withLock { count in
        count += 1
        return count
      }
      return CredentialCache.Fetched("t-\(number)", lifetime: .seconds(3600))
    }
    self.time = time
    server = InMemoryTransport { .whole(respond($0)) }
    faults = FaultTransport(server, time: time)
    compute = ComputeClient(project: "demo", access: GoogleAccess(tokens: tokens, transport: faults, time: time))
  }

  var lines: [String] {
    server.requests.map { "\($0.method) \($0.url.dropFirst("https://compute.googleapis.com".count))" }
  }
}

/// Time in which every sleep is over at once, and has taken its time.
final class SteppingTime: TimeSource {
  private let start: ContinuousClock.Instant = .now
  private let passed = Locked(Duration.zero)

  var elapsed: Duration { passed.withLock { $0 } }
  var now: ContinuousClock.Instant { start.advanced(by: elapsed) }
  var timestamp: Timestamp { Timestamp(seconds: 1_767_225_600).advanced(by: elapsed) }

  func sleep(until deadline: ContinuousClock.Instant) async throws {
    try Task.checkCancellation()
    let elapsed = start.duration(to: deadline)
    passed.withLock { $0 = max($0, elapsed) }
  }
}

extension HTTPResponse {
  /// An error as Compute Engine writes it.
  static func failure(_ status: Int, _ reason: String, _ message: String = "no") -> HTTPResponse {
    .json(
      #"{"error":{"code":\#(status),"message":"\#(message)","errors":[{"message":"m","domain":"g","reason":"\#(reason)"}]}}"#,
      status: status
    )
  }
}
