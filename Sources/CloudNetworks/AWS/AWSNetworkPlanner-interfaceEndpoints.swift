internal import AWS
internal import CloudResources

extension AWSRole {
  /// The security group of the network interfaces that interface endpoints have. It is created before the first endpoint
  /// and deleted after the last.
  static let endpointsGroup = "firewall-endpoints"
  static func endpoint(_ service: String) -> String { "endpoint-\(service)" }
}

extension DesiredNetwork {
  /// The service's full name: `ecr.api` is short for `com.amazonaws.eu-west-1.ecr.api`.
  func serviceName(_ service: String) -> String {
    let isWhole = ["com.amazonaws.", "cn.com.amazonaws.", "aws."].contains { service.hasPrefix($0) }
    return isWhole ? service : "com.amazonaws.\(region).\(service)"
  }
}

/// Interface endpoints, one for each of `privateServices`, with a network interface in a private subnet of each zone.
///
///     an owned endpoint                         then
///     none, and none of others                  create it in the zones that offer the service
///     none, but one of others has private DNS   a problem that names it: the names can lead to one endpoint only
///     pending or available                      correct its subnets, its group and private DNS
///     failed                                    a problem: a person must find out why
extension AWSNetworkPlanner {
  /// - Parameter subnets: private subnets by name.
  mutating func interfaceEndpoints(_ vpc: AWSReference, subnets: [String: AWSReference], group: AWSReference) {
    for service in desired.privateServices {
      let name = desired.serviceName(service)
      let offered = state.endpointServices?.first { $0.name == name }
      if state.endpointServices != nil, offered?.hasPrivateDNS != true {
        let words = offered == nil ? "has no service \(name)" : "has no private DNS name for \(name)"
        problem(
          .routes,
          .invalidSpec,
          "spec.privateServices: \(desired.region) \(words): correct the name, or leave it out"
        )
        continue
      }
      let places = places(subnets, in: offered?.zones)
      guard !places.isEmpty else {
        problem(
          .routes,
          .invalidSpec,
          "spec.privateServices: \(name) is only in the zones \(offered?.zones.sorted().joined(separator: ", ") ?? ""), "
            + "where this Backbone has no private subnet: add one, or leave the service out"
        )
        continue
      }
      interfaceEndpoint(service, name, vpc, places, group)
    }
  }

  /// Private subnets by zone, owned ones first. An endpoint uses one subnet of each zone.
  private func places(_ subnets: [String: AWSReference], in zones: [String]?) -> [[AWSReference]] {
    let usable = desired.subnets.filter { zones?.contains($0.zone) ?? true }
    let ordered = usable.filter { $0.existingID == nil } + usable.filter { $0.existingID != nil }
    let byZone = Dictionary(grouping: ordered, by: \.zone).sorted { $0.key < $1.key }
    return byZone.map { $0.value.compactMap { subnets[$0.name] } }.filter { !$0.isEmpty }
  }

  private mutating func interfaceEndpoint(
    _ service: String,
    _ name: String,
    _ vpc: AWSReference,
    _ places: [[AWSReference]],
    _ group: AWSReference
  ) {
    let role = AWSRole.endpoint(service)
    let all = state.endpoints.filter { vpc == .id($0.vpcID) && !$0.isLeaving }
    let mine = all.filter { owns($0.tags) && desired.role($0.id, $0.tags) == role }
    if let found = mine.filter(\.isLive).min(by: { ($0.subnetIDs.count, $1.id) > ($1.subnetIDs.count, $0.id) }) {
      keep(.routes, role: role, found.id, tags: found.tags)
      if found.state == "pending" { return wait(.routes, "VPC endpoint \(found.id) of \(service) is pending") }
      return adjust(found, service, places, group)
    }
    if let failed = mine.first {
      kept.insert(failed.id)
      return problem(
        .routes,
        .cloudFailure,
        "VPC endpoint \(failed.id) of \(service) is \(failed.state): delete it, and another is created"
      )
    }
    if let other = all.first(where: { !owns($0.tags) && $0.serviceName == name && $0.hasPrivateDNS }) {
      return problem(
        .routes,
        .foreignObject,
        "VPC endpoint \(other.id)\(named(other.tags)), which is not this Backbone's, has the private DNS name of \(service): "
          + "delete it, or leave \(service) out of spec.privateServices"
      )
    }
    act(
      .routes,
      .createInterfaceEndpoint(
        role: role,
        vpc: vpc,
        service: name,
        subnets: places.map { $0[0] },
        group: group,
        token: desired.token(role: role, after: state.endpoints.filter { owns($0.tags) }.map(\.id).sorted()),
        tags: desired.tags(role: role)
      ),
      repair: repairOfLost(role)
    )
  }

  private mutating func adjust(
    _ found: EC2.Endpoint,
    _ service: String,
    _ places: [[AWSReference]],
    _ group: AWSReference
  ) {
    func has(_ subnet: AWSReference) -> Bool { found.subnetIDs.contains { subnet == .id($0) } }
    var change = AWSEndpointChange()
    change.addedSubnets = places.filter { !$0.contains(where: has) }.map { $0[0] }
    let usable = places.flatMap(\.self)
    change.removedSubnets = found.subnetIDs.filter { id in !usable.contains(.id(id)) }.sorted()
    if !found.groupIDs.contains(where: { group == .id($0) }) { change.addedGroups = [group] }
    change.removedGroups = found.groupIDs.filter { group != .id($0) }.sorted()
    change.enablesPrivateDNS = !found.hasPrivateDNS
    guard !change.isNothing else { return }
    act(
      .routes,
      .changeInterfaceEndpoint(found.id, service: service, change),
      repair: "VPC endpoint \(found.id) of \(service) was not as the spec says: \(change)"
    )
  }

  /// Deletes surplus endpoints. They have network interfaces in private subnets, so they are deleted before those.
  /// - Returns: ids of surplus subnets in which an endpoint still is.
  mutating func tearDownInterfaceEndpoints(_ surplus: Set<String>) -> Set<String> {
    var held: Set<String> = []
    for endpoint in state.endpoints where endpoint.isInterface && owns(endpoint.tags) {
      guard endpoint.state != "deleted" else { continue }
      if endpoint.isLeaving {
        wait(.routes, "VPC endpoint \(endpoint.id) is being deleted")
      } else if !kept.contains(endpoint.id) {
        act(.routes, .delete(.endpoint, endpoint.id))
      }
      for subnet in endpoint.subnetIDs where surplus.contains(subnet) && held.insert(subnet).inserted {
        later(.subnets, "delete subnet \(subnet) once VPC endpoint \(endpoint.id) is not in it any more")
      }
    }
    return held
  }
}

extension EC2.Endpoint {
  var isLive: Bool { state == "pending" || state == "available" }
  var isLeaving: Bool { state == "deleting" || state == "deleted" }
}
