public import Cloud

/// EC2 Auto Scaling (API version 2011-01-01), as far as node groups have groups there.
public struct AutoScalingClient: Sendable {
  public static let version = "2011-01-01"
  private let query: QueryClient

  public init(_ query: QueryClient) { self.query = query }

  public struct Group: Sendable, Hashable {
    public var name: String
    public var desiredSize: Int
    /// Instances that are in service.
    public var ready: Int
    public var tags: [String: String]
  }

  /// Every group that bears a tag: the sizes of all node groups of a cluster in one read.
  public func groups(tag key: String, _ value: String) async throws(CloudError) -> [Group] {
    let action = "DescribeAutoScalingGroups"
    var parameters = QueryParameters()
    parameters["Filters.member.1.Name"] = "tag:\(key)"
    parameters["Filters.member.1.Values.member.1"] = value
    parameters["MaxRecords"] = "100"
    var groups: [Group] = []
    var tokens = PageTokens("autoscaling:\(action)")
    repeat {
      let answer = try await query.call(action, parameters, isIdempotent: true)["\(action)Result"]
      groups += (answer?.list("AutoScalingGroups") ?? []).compactMap { Group($0) }
      parameters["NextToken"] = try tokens.next(answer?.string("NextToken"))
    } while parameters["NextToken"] != nil
    return groups
  }

  /// Instances do not get them.
  public func setTags(_ tags: [String: String], ofGroup group: String) async throws(CloudError) {
    try await tag("CreateOrUpdateTags", tags.sorted { $0.key < $1.key }, group) { parameters, name, tag in
      parameters["\(name).Key"] = tag.key
      parameters["\(name).Value"] = tag.value
      parameters["\(name).PropagateAtLaunch"] = "false"
    }
  }

  /// - Parameter keys: removed whatever their values.
  public func removeTags(_ keys: [String], ofGroup group: String) async throws(CloudError) {
    try await tag("DeleteTags", keys, group) { $0["\($1).Key"] = $2 }
  }

  private func tag<Tag>(
    _ action: String,
    _ tags: [Tag],
    _ group: String,
    _ encode: (inout QueryParameters, String, Tag) -> Void
  ) async throws(CloudError) {
    guard !tags.isEmpty else { return }
    var parameters = QueryParameters()
    parameters.list("Tags.member", tags) { parameters, name, tag in
      parameters["\(name).ResourceId"] = group
      parameters["\(name).ResourceType"] = "auto-scaling-group"
      encode(&parameters, name, tag)
    }
    _ = try await query.call(action, parameters, isIdempotent: true)
  }
}

extension AutoScalingClient.Group {
  init?(_ item: XMLElement) {
    guard let name = item.string("AutoScalingGroupName") else { return nil }
    let instances = item.list("Instances")
    self.init(
      name: name,
      desiredSize: item.int("DesiredCapacity") ?? 0,
      ready: instances.count { $0.string("LifecycleState") == "InService" },
      tags: Dictionary(item.list("Tags").map { ($0.string("Key") ?? "", $0.string("Value") ?? "") }) { $1 }
    )
  }
}
