import Azure
import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting

let subscription = "11111111-1111-1111-1111-111111111111"
let group = ResourceID(subscription: subscription, group: "rg")

func secretSource() throws -> AzureCredentialSource {
  try AzureCredentialSource(secretData: [
    "tenantId": Array("tenant".utf8), "clientId": Array("client".utf8), "clientSecret": Array("hush&more\n".utf8),
    "subscriptionId": Array(subscription.utf8),
  ])
}

/// A server in memory that gives tokens `t1`, `t2`, … and lets a test answer the rest.
final class Server: Sendable {
  private let tokens = Locked(0)
  private let answer: @Sendable (HTTPRequest) -> HTTPResponse
  private let log = Locked<[HTTPRequest]>([])
  let lifetime: Int

  init(lifetime: Int = 3600, _ answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse) {
    self.lifetime = lifetime
    self.answer = answer
  }

  var tokensGiven: Int { tokens.withLock { $0 } }
  /// To the resource manager.
  var requests: [HTTPRequest] { log.withLock { $0 } }

  var transport: InMemoryTransport {
    InMemoryTransport { [self] request in
      if request.url.contains("/token") {
        let number = tokens.withLock { count in
          count += 1
          return count
        }
        return .whole(.json(#"{"access_token":"t\#(number)","expires_in":\#(lifetime)}"#))
      }
      log.withLock { $0.append(request) }
      return .whole(answer(request))
    }
  }
}

func client(
  _ transport: any Transport,
  time: VirtualTimeSource = VirtualTimeSource(),
  retry: RetryPolicy = RetryPolicy(maxAttempts: 1),
  budget: RequestBudget? = nil
) throws -> AzureClient {
  AzureClient(try secretSource(), transport: transport, time: time, retry: retry, budget: budget)
}

/// What a call throws.
func failure<Value>(_ body: () async throws(CloudError) -> Value) async -> CloudError? {
  do throws(CloudError) {
    _ = try await body()
    return nil
  } catch { return error }
}

func refusal(_ status: Int, _ code: String, _ message: String = "no", headers: HTTPHeaders = [:]) -> HTTPResponse {
  .json(#"{"error":{"code":"\#(code)","message":"\#(message)"}}"#, status: status, headers: headers)
}

/// Lets sleepers of virtual time wake until the task is done.
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
