/// What EKS's describes show of clusters. All strings are EKS's own; what it leaves out is nil.
public enum EKS {
  public struct Cluster: Sendable, Hashable, Decodable {
    public struct Network: Sendable, Hashable, Decodable {
      public var securityGroupIds: [String]?
      /// The group that EKS makes for the control plane's network interfaces.
      public var clusterSecurityGroupId: String?
      public var vpcId: String?
      public var endpointPublicAccess: Bool?
      public var endpointPrivateAccess: Bool?
      public var publicAccessCidrs: [String]?
    }
    public struct Ranges: Sendable, Hashable, Decodable {
      public var serviceIpv4Cidr: String?
    }
    public struct Compute: Sendable, Hashable, Decodable {
      public var enabled: Bool?
      /// Built-in ones: `general-purpose`, `system`.
      public var nodePools: [String]?
      public var nodeRoleArn: String?
    }
    public struct Logging: Sendable, Hashable, Decodable {
      public struct Setup: Sendable, Hashable, Decodable {
        public var types: [String]?
        public var enabled: Bool?
      }
      public var clusterLogging: [Setup]?
    }
    public struct Authority: Sendable, Hashable, Decodable { public var data: String? }

    public var name: String
    public var arn: String
    /// `CREATING`, `ACTIVE`, `FAILED`, `UPDATING`, `DELETING`, `PENDING`.
    public var status: String?
    /// A minor: `1.34`.
    public var version: String?
    public var endpoint: String?
    public var resourcesVpcConfig: Network?
    public var kubernetesNetworkConfig: Ranges?
    public var computeConfig: Compute?
    public var logging: Logging?
    /// Base64 of PEM.
    public var certificateAuthority: Authority?
    public var health: Health?
    /// Seconds since 1970.
    public var createdAt: Double?
    public var tags: [String: String]?

    /// Whether Auto Mode runs nodes in it.
    public var isAuto: Bool { computeConfig?.enabled == true }
  }

  public struct Health: Sendable, Hashable, Decodable {
    public struct Issue: Sendable, Hashable, Decodable {
      public var code: String?
      public var message: String?
      public var resourceIds: [String]?
    }
    public var issues: [Issue]?

    /// `NodeCreationFailure: Instances failed to join (i-1, i-2)`.
    public var sentence: String {
      (issues ?? []).map { issue in
        let ids = issue.resourceIds ?? []
        let named = ids.isEmpty ? "" : " (\(ids.prefix(5).joined(separator: ", ")))"
        return "\(issue.code ?? "Unknown"): \(issue.message ?? "no explanation")\(named)"
      }.joined(separator: "; ")
    }
  }

  public struct NodeGroup: Sendable, Hashable, Decodable {
    public struct Scaling: Sendable, Hashable, Codable {
      public var minSize: Int?
      public var maxSize: Int?
      public var desiredSize: Int?
    }
    public struct Template: Sendable, Hashable, Codable {
      public var id: String?
      public var version: String?
    }
    public struct UpdateConfig: Sendable, Hashable, Decodable {
      public var maxUnavailable: Int?
    }
    public struct Resources: Sendable, Hashable, Decodable {
      public struct Group: Sendable, Hashable, Decodable { public var name: String? }
      public var autoScalingGroups: [Group]?
    }
    public var nodegroupName: String
    public var nodegroupArn: String?
    /// `CREATING`, `ACTIVE`, `UPDATING`, `DELETING`, `CREATE_FAILED`, `DELETE_FAILED`, `DEGRADED`.
    public var status: String?
    public var version: String?
    public var scalingConfig: Scaling?
    public var launchTemplate: Template?
    public var labels: [String: String]?
    public var taints: [Taint]?
    public var updateConfig: UpdateConfig?
    public var resources: Resources?
    public var health: Health?
    public var createdAt: Double?
    public var tags: [String: String]?
  }

  public struct Taint: Sendable, Hashable, Codable {
    public var key: String
    public var value: String?
    /// `NO_SCHEDULE`, `NO_EXECUTE`, `PREFER_NO_SCHEDULE`.
    public var effect: String
    public init(key: String, value: String?, effect: String) {
      self.key = key
      self.value = value
      self.effect = effect
    }
  }

  public struct Update: Sendable, Hashable, Decodable {
    public struct Failure: Sendable, Hashable, Decodable {
      public var errorCode: String?
      public var errorMessage: String?
      public var resourceIds: [String]?
    }
    public var id: String
    /// `InProgress`, `Successful`, `Failed`, `Cancelled`.
    public var status: String?
    public var type: String?
    public var createdAt: Double?
    public var errors: [Failure]?
  }

  public struct AddOn: Sendable, Hashable, Decodable {
    public var addonName: String
    public var addonArn: String?
    /// `CREATING`, `ACTIVE`, `CREATE_FAILED`, `UPDATING`, `DELETING`, `DELETE_FAILED`, `DEGRADED`, `UPDATE_FAILED`.
    public var status: String?
    /// `v1.21.1-eksbuild.1`.
    public var addonVersion: String?
    public var configurationValues: String?
    public var health: Health?
    public var createdAt: Double?
    public var tags: [String: String]?
  }

  public struct AccessEntry: Sendable, Hashable, Decodable {
    public struct Policy: Sendable, Hashable, Decodable {
      public struct Scope: Sendable, Hashable, Decodable {
        /// `cluster`, `namespace`.
        public var type: String?
        public var namespaces: [String]?
      }
      public var policyArn: String
      public var accessScope: Scope?
    }
    public var principalArn: String
    public var accessEntryArn: String?
    /// `STANDARD`; `EC2` for nodes of Auto Mode, `EC2_LINUX` for those of managed node groups.
    public var type: String?
    public var tags: [String: String]?
  }

  public struct PodIdentity: Sendable, Hashable, Decodable {
    public var associationId: String
    public var associationArn: String?
    public var roleArn: String?
    public var tags: [String: String]?
  }

  /// What EKS has found that speaks against an upgrade.
  public struct Insight: Sendable, Hashable, Decodable {
    public struct Status: Sendable, Hashable, Decodable {
      public var status: String?
      public var reason: String?
    }
    public var name: String?
    public var insightStatus: Status?
  }
}
