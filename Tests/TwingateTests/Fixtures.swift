import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting

@testable import Twingate

let apiKey = SecretText("tw-key-0123456789abcdef")
let shardHost = "acme.eu1.twingate.com"

/// A network at Twingate in memory: the apex redirects to the shard, and the test answers all other requests.
final class Server: Sendable {
  let transport: InMemoryTransport
  init(
    apex: HTTPResponse = redirect("https://\(shardHost)/api/graphql/"),
    _ answer: @escaping @Sendable (HTTPRequest) -> InMemoryTransport.Answer
  ) {
    transport = InMemoryTransport { $0.url.hasPrefix("https://acme.twingate.com/") ? .whole(apex) : answer($0) }
  }

  /// The requests to the shard.
  var requests: [HTTPRequest] { transport.requests.filter { !$0.url.hasPrefix("https://acme.twingate.com/") } }
}

func redirect(_ location: String, status: Int = 308) -> HTTPResponse {
  HTTPResponse(head: HTTPResponseHead(status: status, headers: ["Location": location]))
}

func client(
  _ transport: any Transport,
  time: VirtualTimeSource = VirtualTimeSource(),
  budget: TwingateBudget? = nil,
  allowance: TwingateAllowance? = nil,
  patience: Duration = .zero
) throws -> TwingateClient {
  TwingateClient(
    try TwingateNetwork("acme"),
    key: apiKey,
    allowance: allowance ?? TwingateAllowance(budget ?? TwingateBudget(time: time)),
    transport: transport,
    time: time,
    patience: { _ in patience }
  )
}

/// The error of a call; nil: it threw none.
func failure<Value>(_ body: () async throws(CloudError) -> Value) async -> CloudError? {
  do throws(CloudError) {
    _ = try await body()
    return nil
  } catch { return error }
}

/// Advances virtual time until the task is done.
func finishing<Value: Sendable>(_ task: Task<Value, Never>, on time: VirtualTimeSource) async -> Value {
  let ticking = Task {
    while !Task.isCancelled {
      if time.sleeperCount > 0 { time.advance(by: .seconds(1)) }
      await Task.yield()
    }
  }
  defer { ticking.cancel() }
  return await task.value
}
