internal import HTTPTransport

/// Sends requests for `https://HOST/…` to another server, such as a simulator, which finds HOST in the Host header.
struct TwingateEndpoint: Transport {
  let base: any Transport
  /// Without a final slash.
  let url: String

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    try await base.send(redirected(request))
  }

  func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStreamingResponse {
    try await base.stream(redirected(request))
  }

  private func redirected(_ request: HTTPRequest) -> HTTPRequest {
    guard let target = HTTPTarget(request.url) else { return request }
    var request = request
    request.url = url + target.pathAndQuery
    request.headers["Host"] = target.hostHeader
    return request
  }
}
