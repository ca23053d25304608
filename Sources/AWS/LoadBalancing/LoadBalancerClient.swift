public import Cloud

/// Elastic Load Balancing, read only: application, network and gateway load balancers (API version 2015-12-01), and classic
/// ones (2012-06-01), which that version does not show.
public struct LoadBalancerClient: Sendable {
  public enum Generation: Sendable, Hashable, CaseIterable { case current, classic }

  public struct LoadBalancer: Sendable, Hashable, CustomStringConvertible {
    /// Its ARN; a classic one has only its name.
    public var id: String
    public var generation: Generation
    public var vpcID: String
    public var isInternetFacing: Bool
    public var tags: [String: String] = [:]

    public var description: String { generation == .classic ? "classic load balancer \(id)" : "load balancer \(id)" }
  }

  private let current: QueryClient
  private let classic: QueryClient

  public init(_ service: ServiceClient) {
    current = QueryClient(service, version: "2015-12-01")
    classic = QueryClient(service, version: "2012-06-01")
  }

  private func query(_ generation: Generation) -> QueryClient { generation == .current ? current : classic }

  /// Those of one generation in a network, with their tags. The API filters by neither, so it lists all of the region.
  /// - Parameter onlyInternetFacing: leaves out those that have private addresses only.
  public func loadBalancers(
    _ generation: Generation,
    in vpcID: String,
    onlyInternetFacing: Bool
  ) async throws(CloudError) -> [LoadBalancer] {
    let action = "DescribeLoadBalancers"
    var parameters = QueryParameters()
    parameters["PageSize"] = "400"
    var found: [LoadBalancer] = []
    var tokens = PageTokens("elasticloadbalancing:\(action)")
    repeat {
      let answer = try await query(generation).call(action, parameters, isIdempotent: true)["\(action)Result"]
      let listed = answer?.list(generation == .current ? "LoadBalancers" : "LoadBalancerDescriptions") ?? []
      found += listed.compactMap { LoadBalancer($0, generation) }
      parameters["Marker"] = try tokens.next(answer?.string("NextMarker"))
    } while parameters["Marker"] != nil
    let wanted = found.filter { $0.vpcID == vpcID && ($0.isInternetFacing || !onlyInternetFacing) }
    return try await tagged(wanted, generation)
  }

  /// Load balancers a request for tags may name.
  private static let maximumNames = 20

  /// Those that are still there, with their tags.
  private func tagged(_ balancers: [LoadBalancer], _ generation: Generation) async throws(CloudError) -> [LoadBalancer]
  {
    var found: [LoadBalancer] = []
    for start in stride(from: 0, to: balancers.count, by: Self.maximumNames) {
      let some = Array(balancers[start..<min(start + Self.maximumNames, balancers.count)])
      do throws(CloudError) { found += try await withTags(some, generation) } catch {
        guard error.kind == .notFound else { throw error }
        // One of them was deleted a moment ago. The others are asked for by themselves.
        if some.count > 1 { for balancer in some { found += try await tagged([balancer], generation) } }
      }
    }
    return found
  }

  private func withTags(_ balancers: [LoadBalancer], _ generation: Generation) async throws(CloudError)
    -> [LoadBalancer]
  {
    let action = "DescribeTags"
    var parameters = QueryParameters()
    let list = generation == .current ? "ResourceArns" : "LoadBalancerNames"
    parameters.list("\(list).member", balancers.map(\.id))
    let answer = try await query(generation).call(action, parameters, isIdempotent: true)["\(action)Result"]
    var tags: [String: [String: String]] = [:]
    for item in answer?.list("TagDescriptions") ?? [] {
      guard let id = item.string(generation == .current ? "ResourceArn" : "LoadBalancerName") else { continue }
      tags[id] = Dictionary(item.list("Tags").map { ($0.string("Key") ?? "", $0.string("Value") ?? "") }) { $1 }
    }
    return balancers.map { balancer in
      var balancer = balancer
      balancer.tags = tags[balancer.id] ?? [:]
      return balancer
    }
  }
}

extension LoadBalancerClient.LoadBalancer {
  init?(_ item: XMLElement, _ generation: LoadBalancerClient.Generation) {
    guard let id = item.string(generation == .current ? "LoadBalancerArn" : "LoadBalancerName") else { return nil }
    self.init(
      id: id,
      generation: generation,
      vpcID: item.string(generation == .current ? "VpcId" : "VPCId") ?? "",
      isInternetFacing: item.string("Scheme") == "internet-facing"
    )
  }
}
