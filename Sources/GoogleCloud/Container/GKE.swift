public import Foundations

/// Resources of the Kubernetes Engine API v1 (https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1), as far as
/// they are used. What is nil is not sent; GKE leaves out of its answers what is false, zero or empty.
public enum GKE {
  public struct Cluster: Codable, Sendable, Hashable {
    public var name: String
    /// PROVISIONING, RUNNING, RECONCILING, STOPPING, ERROR, DEGRADED.
    public var status: String?
    public var conditions: [Condition]?
    public var createTime: String?
    public var selfLink: String?
    public var location: String?
    public var network: String?
    public var subnetwork: String?
    public var ipAllocationPolicy: Addresses?
    public var networkConfig: NetworkConfig?
    public var controlPlaneEndpointsConfig: Endpoints?
    public var initialClusterVersion: String?
    public var currentMasterVersion: String?
    public var releaseChannel: Channel?
    public var maintenancePolicy: MaintenancePolicy?
    public var nodePools: [NodePool]?
    public var defaultMaxPodsConstraint: MaxPods?
    public var masterAuth: MasterAuth?
    public var workloadIdentityConfig: WorkloadIdentity?
    public var shieldedNodes: Toggle?
    public var loggingConfig: LoggingConfig?
    public var databaseEncryption: Encryption?
    public var authenticatorGroupsConfig: Groups?
    public var fleet: Fleet?
    public var resourceLabels: [String: String]?
    public var labelFingerprint: String?
    public var clusterIpv4Cidr: String?
    public var servicesIpv4Cidr: String?
    public var etag: String?
    public init(name: String) { self.name = name }
  }

  /// Why something is not as it should be.
  public struct Condition: Codable, Sendable, Hashable {
    public var code: String?
    public var canonicalCode: String?
    public var message: String?
  }

  public struct Addresses: Codable, Sendable, Hashable {
    public var useIpAliases: Bool?
    public var clusterSecondaryRangeName: String?
    public var servicesSecondaryRangeName: String?
    public init(pods: String, services: String) {
      (useIpAliases, clusterSecondaryRangeName, servicesSecondaryRangeName) = (true, pods, services)
    }
  }

  public struct NetworkConfig: Codable, Sendable, Hashable {
    /// `ADVANCED_DATAPATH` is Dataplane V2.
    public var datapathProvider: String?
    public var defaultEnablePrivateNodes: Bool?
    public init(datapathProvider: String?, defaultEnablePrivateNodes: Bool?) {
      (self.datapathProvider, self.defaultEnablePrivateNodes) = (datapathProvider, defaultEnablePrivateNodes)
    }
  }

  /// Replaces `privateClusterConfig`; both together are refused.
  public struct Endpoints: Codable, Sendable, Hashable {
    public struct IP: Codable, Sendable, Hashable {
      public var enabled: Bool?
      public var enablePublicEndpoint: Bool?
      public var globalAccess: Bool?
      public var authorizedNetworksConfig: AuthorizedNetworks?
      /// Output only: addresses.
      public var privateEndpoint: String?
      public var publicEndpoint: String?
      public init() {}
    }
    public struct AuthorizedNetworks: Codable, Sendable, Hashable {
      public struct Block: Codable, Sendable, Hashable {
        public var displayName: String?
        public var cidrBlock: String?
        public init(_ cidrBlock: String) { self.cidrBlock = cidrBlock }
      }
      public var enabled: Bool?
      public var gcpPublicCidrsAccessEnabled: Bool?
      public var privateEndpointEnforcementEnabled: Bool?
      public var cidrBlocks: [Block]?
      public init() {}
    }
    public struct DNS: Codable, Sendable, Hashable {
      /// Whether the endpoint's name answers the internet.
      public var allowExternalTraffic: Bool?
      public init(allowExternalTraffic: Bool?) { self.allowExternalTraffic = allowExternalTraffic }
    }
    public var ipEndpointsConfig: IP?
    public var dnsEndpointConfig: DNS?
    public init(ip: IP?, dns: DNS?) { (ipEndpointsConfig, dnsEndpointConfig) = (ip, dns) }
  }

  public struct Channel: Codable, Sendable, Hashable {
    /// RAPID, REGULAR, STABLE, EXTENDED.
    public var channel: String?
    public init(_ channel: String?) { self.channel = channel }
  }

  public struct MaintenancePolicy: Codable, Sendable, Hashable {
    public struct Window: Codable, Sendable, Hashable {
      public var maintenanceExclusions: [String: Exclusion]?
      /// As read: they are the user's.
      public var dailyMaintenanceWindow: JSONValue?
      public var recurringWindow: JSONValue?
      public var recurringMaintenanceWindow: JSONValue?
      public init() {}
    }
    public struct Exclusion: Codable, Sendable, Hashable {
      public struct Options: Codable, Sendable, Hashable {
        public var scope: String?
        public var endTimeBehavior: String?
        public init(scope: String, endTimeBehavior: String?) {
          (self.scope, self.endTimeBehavior) = (scope, endTimeBehavior)
        }
      }
      public var startTime: String?
      public var endTime: String?
      public var maintenanceExclusionOptions: Options?
      public init(startTime: String, options: Options) {
        (self.startTime, maintenanceExclusionOptions) = (startTime, options)
      }
    }
    public var window: Window?
    /// As read.
    public var disruptionBudget: JSONValue?
    /// Of the policy that was read; another one is refused.
    public var resourceVersion: String?
    public init() {}
  }

  public struct MaxPods: Codable, Sendable, Hashable {
    /// A number.
    public var maxPodsPerNode: String?
    public init(_ number: Int) { maxPodsPerNode = String(number) }
  }

  public struct MasterAuth: Codable, Sendable, Hashable {
    /// Base64 of PEM. Certificates and keys of clients, which old clusters have beside it, are not read.
    public var clusterCaCertificate: String?
  }

  public struct WorkloadIdentity: Codable, Sendable, Hashable {
    public var workloadPool: String?
    public init(workloadPool: String) { self.workloadPool = workloadPool }
  }

  public struct Toggle: Codable, Sendable, Hashable {
    public var enabled: Bool?
    public init(enabled: Bool) { self.enabled = enabled }
  }

  public struct LoggingConfig: Codable, Sendable, Hashable {
    public struct Components: Codable, Sendable, Hashable { public var enableComponents: [String]? }
    public var componentConfig: Components?
    public init(components: [String]) { componentConfig = Components(enableComponents: components) }
  }

  public struct Encryption: Codable, Sendable, Hashable {
    /// ENCRYPTED or DECRYPTED.
    public var state: String?
    /// `projects/p/locations/l/keyRings/r/cryptoKeys/k`.
    public var keyName: String?
    public init(keyName: String) { (state, self.keyName) = ("ENCRYPTED", keyName) }
  }

  /// Whose members are known by their groups: groups inside `gke-security-groups@DOMAIN`.
  public struct Groups: Codable, Sendable, Hashable {
    public var enabled: Bool?
    public var securityGroup: String?
    public init(securityGroup: String) { (enabled, self.securityGroup) = (true, securityGroup) }
  }

  public struct Fleet: Codable, Sendable, Hashable {
    public var project: String?
    /// Output only: `//gkehub.googleapis.com/projects/p/locations/l/memberships/m`.
    public var membership: String?
    public init(project: String) { self.project = project }
  }

  public struct ServerConfig: Decodable, Sendable, Hashable {
    public struct Channel: Decodable, Sendable, Hashable {
      public var channel: String?
      public var validVersions: [String]?
    }
    public var channels: [Channel]?
  }
}
