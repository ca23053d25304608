public import Kubernetes

extension TwingateSpec {
  public struct Connectors: Codable, Sendable, Hashable {
    public static let defaultCount = 2
    public static let defaultImage = "twingate/connector:1"
    /// Errors only, as Twingate's own Helm chart.
    public static let defaultLogLevel = 3
    /// A week. Twingate releases once a month and refuses connectors that are too old.
    public static let defaultUpdateHours = 168

    public var count: Int?
    /// A gateway class: how their pods run. Nil: `default`.
    public var className: String?
    /// A Backbone of the namespace, in which they are machines; nil: they are pods in this cluster.
    public var backboneRef: LocalReference?
    public var image: String?
    /// Hours: `168h`; `0s`: never.
    public var updateEvery: String?
    /// -1 to 7, as `TWINGATE_LOG_LEVEL`.
    public var logLevel: Int?
    public var logAnalytics: Bool?
    public var notifyWhenOffline: Bool?
    /// Shown in Twingate's console.
    public var labels: [String: String]?
    public var aws: AWS?
    public var gcp: GCP?
    public var azure: Azure?
    public init(count: Int? = nil, image: String? = nil) {
      self.count = count
      self.image = image
    }

    /// Their machines in a Backbone of provider AWS.
    public struct AWS: Codable, Sendable, Hashable {
      /// Twingate's own Terraform examples take it.
      public static let defaultInstanceType = "t3a.micro"
      public var instanceType: String?
      /// Nil: Twingate's newest image.
      public var imageID: String?
      /// Name of one that may read the connectors' secrets; nil: one is made.
      public var instanceProfile: String?
      public init(instanceType: String? = nil, imageID: String? = nil, instanceProfile: String? = nil) {
        self.instanceType = instanceType
        self.imageID = imageID
        self.instanceProfile = instanceProfile
      }
    }

    /// Their machines in a Backbone of provider GCP.
    public struct GCP: Codable, Sendable, Hashable {
      public static let defaultMachineType = "e2-small"
      public var machineType: String?
      public init(machineType: String? = nil) { self.machineType = machineType }
    }

    /// Their container groups in a Backbone of provider Azure.
    public struct Azure: Codable, Sendable, Hashable {
      /// Docker Hub throttles pulls without a login.
      public var registrySecretRef: PasswordSecretReference?
      public init(registrySecretRef: PasswordSecretReference? = nil) { self.registrySecretRef = registrySecretRef }
    }
  }
}
