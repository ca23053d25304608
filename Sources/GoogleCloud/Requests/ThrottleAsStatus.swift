internal import Cloud
internal import Foundations
internal import HTTPTransport

/// Compute Engine also says "too many requests" with 403 `rateLimitExceeded`. This becomes a 429, so that one retry
/// policy covers both. The body stays.
struct ThrottleAsStatus: Transport {
  var base: any Transport

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    var response = try await base.send(request)
    guard response.status == 403 else { return response }
    let error = GoogleErrors.from(response, operation: "", now: Timestamp(seconds: 0))
    if error.kind == .throttled { response.head.status = 429 }
    return response
  }

  func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStreamingResponse {
    try await base.stream(request)
  }
}
