public import Cloud
public import Foundations
public import HTTPTransport

/// Calls a service in AWS's query protocols (`ec2`, `query`): form in, XML out.
public struct QueryClient: Sendable {
  public var service: ServiceClient
  /// The version of the API: `2016-11-15`.
  public var version: String

  public init(_ service: ServiceClient, version: String) {
    self.service = service
    self.version = version
  }

  /// - Parameters:
  ///   - transport: a transport that does not repeat anything itself.
  ///   - budget: shared by all clients of the account in this region; by default one of its own.
  public init(
    endpoint: AWSEndpoint,
    version: String,
    credentials: AWSCredentialSource?,
    transport: any Transport,
    policy: RetryPolicy = RetryPolicy(),
    budget: RequestBudget? = nil,
    time: any TimeSource = SystemTimeSource()
  ) {
    let service = ServiceClient(
      endpoint: endpoint,
      credentials: credentials,
      transport: transport,
      policy: policy,
      budget: budget,
      time: time
    )
    self.init(service, version: version)
  }

  /// - Parameters:
  ///   - action: `DescribeVpcs`.
  ///   - isIdempotent: whether sending it twice has the same effect as sending it once.
  /// - Returns: the answer's outermost element.
  public func call(
    _ action: String,
    _ parameters: QueryParameters = QueryParameters(),
    isIdempotent: Bool
  ) async throws(CloudError) -> XMLElement {
    let operation = "\(service.endpoint.service):\(action)"
    var parameters = parameters
    parameters["Action"] = action
    parameters["Version"] = version
    let request = HTTPRequest(
      method: "POST",
      url: service.endpoint.url + "/",
      headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
      body: parameters.body,
      isIdempotent: isIdempotent
    )
    let time = service.time
    let response = try await service.send(request, operation: operation) {
      AWSError.decode($0, operation: operation, now: time.timestamp)
    }
    do throws(XMLReader.Failure) { return try XMLReader.read(response.body) } catch {
      throw CloudError(.malformed, operation: operation, message: error.message, mayHaveBeenProcessed: true)
    }
  }
}
