public import Kubernetes

extension TwingateSpec {
  public struct Connectors: Codable, Sendable, Hashable {
    public static let defaultCount = 2
    public static let defaultImage = "twingate/connector:1"
    /// Errors only, as in Twingate's own Helm chart.
    public static let defaultLogLevel = 3
    /// A week, in hours. Twingate releases once a month and refuses connectors that are too old.
    public static let defaultUpdateHours = 168

    public var count: Int?
    /// The gateway class that says how the connectors' pods run. Nil: `default`.
    public var className: String?
    /// The Backbone of the namespace in which the connectors run as machines; nil: they are pods in this cluster.
    public var backboneRef: LocalReference?
    public var image: String?
    /// In hours: `168h`; `0s`: never.
    public var updateEvery: String?
    /// -1 to 7, as in `TWINGATE_LOG_LEVEL`.
    public var logLevel: Int?
    public var logAnalytics: Bool?
    public var notifyWhenOffline: Bool?
    /// Labels that Twingate's console shows.
    public var labels: [String: String]?
    public var aws: AWS?
    public var gcp: GCP?
    public var azure: Azure?
    public init(count: Int? = nil, image: String? = nil) {
      self.count = count
      self.image = image
    }

    /// The connectors' machines in a Backbone of provider AWS.
    public struct AWS: Codable, Sendable, Hashable {
      /// Twingate's own Terraform examples use this type.
      public static let defaultInstanceType = "t3a.micro"
      public var instanceType: String?
      /// Nil: Twingate's newest image.
      public var imageID: String?
      /// Name of an instance profile that may read the connectors' secrets; nil: the operator creates one.
      public var instanceProfile: String?
      public init(instanceType: String? = nil, imageID: String? = nil, instanceProfile: String? = nil) {
        self.instanceType = instanceType
        self.imageID = imageID
        self.instanceProfile = instanceProfile
      }
    }

    /// The connectors' machines in a Backbone of provider GCP.
    public struct GCP: Codable, Sendable, Hashable {
      public static let defaultMachineType = "e2-small"
      public var machineType: String?
      public init(machineType: String? = nil) { self.machineType = machineType }
    }

    /// The connectors' container groups in a Backbone of provider Azure.
    public struct Azure: Codable, Sendable, Hashable {
      /// Docker Hub throttles pulls without a login.
      public var registrySecretRef: PasswordSecretReference?
      public init(registrySecretRef: PasswordSecretReference? = nil) { self.registrySecretRef = registrySecretRef }
    }
  }
}
