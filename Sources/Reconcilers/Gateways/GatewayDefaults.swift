public import Foundations

/// What the operator was started with that shapes the gateways.
public struct GatewayDefaults: Sendable, Hashable {
  /// Namespace of all gateways, labelled `privileged` for Pod Security.
  public var namespace: String
  /// Image of `cloudlinker-gateway`, unless a gateway class names another.
  public var image: String
  public var imagePullPolicy: String?
  /// Images that gateway classes may name instead.
  public var allowedImages = ImageAllowList()
  /// ConfigMap in the operator's namespace that holds the gateway classes.
  public var classesName = "cloudlinker-gateway-classes"
  /// Namespace the operator runs in: its pods may ask gateways for their status.
  public var operatorNamespace: String
  /// DNS domain of the cluster.
  public var clusterDomain: String
  /// Namespace whose pods may scrape the gateways' metrics; nil: none.
  public var monitoringNamespace: String?
  /// Namespace of the cluster's DNS servers.
  public var dnsNamespace = "kube-system"
  /// Networks of pods, Services and nodes: no VPN server's name may lead a gateway there.
  public var clusterRanges: [IPv4Network] = []
  /// Namespaces in which no object of a tenant is accepted.
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
