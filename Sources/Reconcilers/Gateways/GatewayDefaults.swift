public import Foundations

/// Settings from the operator's flags that shape the gateways.
public struct GatewayDefaults: Sendable, Hashable {
  /// The namespace of all gateways, labelled `privileged` for Pod Security.
  public var namespace: String
  /// The image of `cloudlinker-gateway`, unless a gateway class names another.
  public var image: String
  public var imagePullPolicy: String?
  /// Images that gateway classes may name instead.
  public var allowedImages = ImageAllowList()
  /// The ConfigMap in the operator's namespace with the gateway classes.
  public var classesName = "cloudlinker-gateway-classes"
  /// The operator's own namespace, whose pods may ask gateways for their status.
  public var operatorNamespace: String
  /// The cluster's DNS domain.
  public var clusterDomain: String
  /// The namespace whose pods may scrape the gateways' metrics; nil: none.
  public var monitoringNamespace: String?
  /// The namespace of the cluster's DNS servers.
  public var dnsNamespace = "kube-system"
  /// Networks of pods, Services and nodes, to which no VPN server's name may lead a gateway.
  public var clusterRanges: [IPv4Network] = []
  /// Namespaces in which no tenant's object is accepted.
  var reservedNamespaces: Set<String> { [namespace, operatorNamespace] }

  public init(
    namespace: String = "cloudlinker-gateways",
    image: String,
    imagePullPolicy: String? = nil,
    operatorNamespace: String = "cloudlinker-system",
    clusterDomain: String = "cluster.local"
  ) {
    self.namespace = namespace
    self.image = image
    self.imagePullPolicy = imagePullPolicy
    self.operatorNamespace = operatorNamespace
    self.clusterDomain = clusterDomain
  }
}
