internal import Cloud
internal import Foundations
internal import HTTPTransport

/// Finds the host that holds a network. The API key is not sent.
///
///     answer to HEAD of the apex                            meaning
///     301, 302, 307, 308 to https://<network>.….twingate.com   that host
///     301, 302, 307, 308 to anything else                   malformed: the key does not go there
///     404, or 200 with HTML                                 there is no network of that name
///     429                                                   throttled
///     5xx                                                   unavailable
///     any other                                             the apex itself
struct ShardLookup {
  static let operation = "network"
  var network: TwingateNetwork
  var transport: any Transport
  var time: any TimeSource

  func shard() async throws(CloudError) -> String {
    // Twingate's own operator waits 1 s and tries three times. The apex is throttled much harder than a shard.
    let url = "https://\(network.apex)\(TwingateClient.path)"
    let request = HTTPRequest(
      method: "HEAD",
      url: url,
      timeouts: HTTPTimeouts(connect: .seconds(5), total: .seconds(5))
    )
    let response: HTTPResponse
    do throws(TransportError) { response = try await transport.send(request) } catch {
      throw CloudError(error, operation: Self.operation)
    }
    return try shard(response)
  }

  private func shard(_ response: HTTPResponse) throws(CloudError) -> String {
    let head = response.head
    switch head.status {
    case 301, 302, 307, 308: return try target(head.headers["Location"] ?? "")
    case 404: throw unknown()
    case 200 where head.headers["Content-Type"]?.lowercased().hasPrefix("text/html") ?? false: throw unknown()
    case 429, 500...:
      throw CloudError(
        head.status == 429 ? .throttled : .unavailable,
        operation: Self.operation,
        message: "\(network.apex) answers with status \(head.status)",
        retryAfter: RetryAfter.delay(in: head, now: time.timestamp)
      )
    default: return network.apex
    }
  }

  private func target(_ location: String) throws(CloudError) -> String {
    guard let target = HTTPTarget(location), target.scheme == .https, target.port == 443,
      network.owns(host: target.host)
    else {
      throw CloudError(
        .malformed,
        operation: Self.operation,
        message: "\(network.apex) redirects to another place than https://\(network).….\(TwingateNetwork.domain), "
          + "where the API key does not go"
      )
    }
    return target.host
  }

  private func unknown() -> CloudError {
    CloudError(
      .notFound,
      operation: Self.operation,
      message: "there is no network \(network) at Twingate: check its name"
    )
  }
}
