public import Cloud
public import Foundations
public import HTTPTransport

/// The metadata server of Compute Engine and GKE, with tokens for the identity of this process.
/// https://cloud.google.com/compute/docs/metadata/overview
public struct MetadataServer: Sendable {
  private let base: String
  private let exchange: TokenExchange

  /// - Parameter host: `host` or `host:port`, as in GCE_METADATA_HOST. Default `metadata.google.internal`.
  public init(host: String? = nil, transport: any Transport, time: any TimeSource = SystemTimeSource()) {
    base = "http://\(host ?? "metadata.google.internal")/computeMetadata/v1"
    exchange = TokenExchange(transport: transport, time: time)
  }

  /// The project of this machine.
  public func projectID() async throws(CloudError) -> String {
    let body = try await get("/project/project-id")
    guard let text = String(validating: body, as: UTF8.self), TokenExchange.isHeaderSafe(text) else {
      throw CloudError(.malformed, operation: "metadata.get", message: "project-id is no project's id")
    }
    return text
  }

  func fetch() async throws(CloudError) -> AccessToken {
    let start = exchange.time.now
    let body = try await get("/instance/service-accounts/default/token")
    return try exchange.token(in: body, since: start, operation: "metadata.get")
  }

  private func get(_ path: String) async throws(CloudError) -> [UInt8] {
    let request = HTTPRequest(
      url: base + path,
      // The header that a page in a browser cannot send.
      headers: ["Metadata-Flavor": "Google"],
      timeouts: HTTPTimeouts(connect: .seconds(3), total: .seconds(10))
    )
    return try await exchange.answer(to: request, operation: "metadata.get")
  }
}
