import CloudNetworks
import CloudResources
import FoundationEssentials
import Foundations

@testable import AWS
@testable import CloudClusters

/// A spec for EKS, and what is seen when all of it is there.
enum AWSClusterFixture {
  static let now = Timestamp(seconds: 1_800_000_000)

  static func desired(version: Int = 34) -> DesiredCluster {
    var desired = DesiredCluster(
      mark: OwnershipMark(namespace: "production", name: "main", uid: "u-1"),
      region: "eu-west-1",
      version: KubernetesMinor(major: 1, minor: version),
      network: .init(
        id: "vpc-1",
        subnets: [
          .init(name: "a", id: "subnet-1", zone: "eu-west-1a"), .init(name: "b", id: "subnet-2", zone: "eu-west-1b"),
        ],
        workloadGroupID: "sg-workload"
      ),
      pools: [.init(name: "general", machineType: "m6i.large", minSize: 1, maxSize: 3)]
    )
    desired.aws.clusterRoleARN = "arn:aws:iam::1:role/cluster"
    desired.aws.nodeRoleARN = "arn:aws:iam::1:role/node"
    return desired
  }

  static func decode<Value: Decodable>(_ json: JSONValue) throws -> Value {
    try JSONDecoder().decode(Value.self, from: try JSONEncoder().encode(json))
  }

  static func cluster(_ desired: DesiredCluster, _ status: String, version: Int = 34) throws -> EKS.Cluster {
    try decode([
      "name": .string(desired.cloudName), "arn": "arn:c", "status": .string(status), "version": .string("1.\(version)"),
      "resourcesVpcConfig": [
        "endpointPublicAccess": false, "endpointPrivateAccess": true, "vpcId": "vpc-1",
        "securityGroupIds": ["sg-workload"],
      ],
      "health": ["issues": [["code": "Other", "message": "why"]]], "createdAt": 1,
      "tags": .object(desired.tags(.cluster).mapValues { .string($0) }),
    ])
  }

  static func group(_ desired: DesiredCluster, _ status: String, version: Int = 34) throws -> EKS.NodeGroup {
    let pool = AWSNodePool(desired.pools[0], of: desired)
    let tags = desired.tags(.nodeGroup(pool.groupName), [ClusterTag.pool: "general"])
    return try decode([
      "nodegroupName": .string(pool.groupName), "status": .string(status), "version": .string("1.\(version)"),
      "scalingConfig": ["minSize": 1, "maxSize": 3, "desiredSize": 2],
      "launchTemplate": ["id": "lt-1", "version": "1"],
      "labels": ["cloudlinker.dev/pool": "general"], "taints": [], "updateConfig": ["maxUnavailable": 1],
      "health": ["issues": [["code": "PodEvictionFailure", "message": "why"]]], "createdAt": 1,
      "tags": .object(tags.mapValues { .string($0) }),
    ])
  }

  /// Everything as it should be.
  static func whole(_ desired: DesiredCluster, cluster status: String = "ACTIVE", version: Int = 34) throws
    -> AWSClusterState
  {
    var seen = AWSClusterState()
    seen.cluster = try cluster(desired, status, version: version)
    for service in [AWSClusterRole.Service.network, .autoscaler] {
      let role = IAMClient.ServiceRole(
        name: desired.roleName(service),
        arn: "arn:\(service)",
        trust: AWSClusterPolicies.trust(service),
        tags: desired.tags(.role(service)),
        boundary: nil
      )
      seen.roles[service] = .init(
        role: role,
        policies: AWSClusterPolicies.managed(service, isAuto: false, partition: "aws"),
        inline: AWSClusterPolicies.inline(service, cluster: desired.cloudName)
      )
    }
    let more = [ClusterTag.owned(desired.cloudName): "owned"]
    seen.securityGroups = [
      EC2.SecurityGroup(
        id: "sg-nodes",
        vpcID: "vpc-1",
        name: desired.nodesGroupName,
        ingress: [],
        egress: [],
        tags: desired.tags(.nodesGroup, more)
      )
    ]
    for name in AWSClusterPolicies.neededAddOns {
      seen.addOns[name] = try decode([
        "addonName": .string(name), "status": "ACTIVE", "addonVersion": .string("v1.\(version).1-eksbuild.1"),
        "tags": .object(desired.tags(.addOn(name)).mapValues { .string($0) }),
      ])
    }
    seen.identity = try decode([
      "associationId": "a-1", "namespace": "kube-system", "serviceAccount": "cluster-autoscaler",
      "roleArn": "arn:autoscaler", "tags": .object(desired.tags(.identity).mapValues { .string($0) }),
    ])
    let pool = AWSNodePool(desired.pools[0], of: desired)
    seen.nodeGroups[pool.groupName] = try group(desired, "ACTIVE", version: version)
    let digest = AWSNodePool.digest(pool.template(nodesGroupID: "sg-nodes"))
    seen.templates = [
      .init(
        template: .init(
          id: "lt-1",
          name: desired.templateName(pool.groupName),
          latestVersion: 1,
          tags: desired.tags(.template(pool.groupName))
        ),
        versions: [.init(number: 1, description: digest)]
      )
    ]
    return seen
  }

  static func plan(_ desired: DesiredCluster, _ seen: AWSClusterState, _ goal: ClusterGoal = .present)
    -> ClusterPlan<AWSClusterAction>
  {
    AWSCluster.plan(desired, goal: goal, seen, now: now)
  }
}
