internal import Cloud

/// Compute Engine v1 in one project (https://cloud.google.com/compute/docs/reference/rest/v1).
///
/// Every mutation has a `requestId`, so it is harmless to repeat. It returns an operation, which nothing here waits
/// for.
public struct ComputeClient: Sendable {
  /// Items in a page of a list, the maximum.
  static let pageSize = 500

  /// Compute Engine allows a project 1500 requests a minute (https://cloud.google.com/compute/api-quota), and other
  /// programs use it as well.
  public static let requestsPerSecond = 4.0

  private(set) var api: GoogleAPI

  /// - Parameter endpoint: for emulators, proxies and sovereign clouds; nil: the vendor's. `/compute/v1/projects/…` is appended.
  public init(project: String, access: GoogleAccess, endpoint: String? = nil) {
    api = GoogleAPI(
      name: "Compute Engine",
      url: (endpoint ?? "https://compute.googleapis.com") + "/compute/v1",
      project: project,
      access: access
    )
  }

  public var project: String { api.project }

  /// The same client for another project, with the same budget.
  public func inProject(_ project: String) -> ComputeClient {
    var copy = self
    copy.api.project = project
    return copy
  }

  /// Sends a request to `projects/{project}/{path}`.
  /// - Parameters:
  ///   - operation: the permission it needs, such as `compute.networks.create`.
  ///   - requestID: for a mutation. Compute Engine answers a repeated id with the same operation.
  func call<Answer: Decodable>(
    _ method: String,
    _ path: String,
    query: [(String, String)] = [],
    body: [UInt8]? = nil,
    operation: String,
    requestID: RequestID? = nil
  ) async throws(CloudError) -> Answer {
    try await api.call(
      method,
      path,
      query: query + (requestID.map { [("requestId", $0.description)] } ?? []),
      body: body,
      operation: operation,
      isIdempotent: method == "GET" || requestID != nil
    )
  }
}
