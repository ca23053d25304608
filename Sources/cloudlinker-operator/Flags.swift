internal import Foundations
internal import Reconcilers

/// The command line: `--name=value` or `--name value`. `help` documents each flag.
struct Flags {
  var kubeconfig: String?
  var context: String?
  var namespace: String?
  var gatewayNamespace = "cloudlinker-gateways"
  var gatewayImage: String?
  var gatewayImagePullPolicy: String?
  var allowedGatewayImages: [String] = []
  var monitoringNamespace: String?
  var dnsNamespace = "kube-system"
  var clusterRanges: [IPv4Network] = []
  var allowedConnectorImages: [String] = []
  var gatewayClasses = "cloudlinker-gateway-classes"
  var operatorNamespace: String
  var clusterDomain = "cluster.local"
  /// The address of `--listen`; an IPv6 address has no brackets here.
  var address = "::"
  var port: UInt16 = 8080
  var leaderElection = true
  var leaseDuration = 15
  var leaseRenewDeadline = 10
  var leaseRetryPeriod = 2
  var concurrency = 16
  var limits = NamespaceLimits()
  var gatewaySilence = 120
  var ownCloudIdentity = true
  var nodeCloudIdentity = false
  var cloudIdentities = "cloudlinker-cloud-identities"
  var clusterID: String?
  var cloudRequestsPerSecond: Int?
  var cloudEndpoints: [CloudSettings.Service: String] = [:]
  var regionalCloudEndpoints: [String: [CloudSettings.Service: String]] = [:]
  var logLevel = Logger.Level.info
  var logFormat = Logger.Format.text
  var identity: String
  var wantsHelp = false
  let environment: [String: String]

  static let help = """
    usage: cloudlinker-operator --gateway-image IMAGE [FLAG...]

      --kubeconfig PATH                 default: KUBECONFIG, else the pod's service account, else ~/.kube/config
      --context NAME                    default: the kubeconfig's current one
      --namespace NAME                  look after this namespace only; default: all
      --gateway-image IMAGE             image of cloudlinker-gateway; required
      --gateway-image-pull-policy P     Always, IfNotPresent or Never; default: the cluster's
      --gateway-classes NAME            ConfigMap in the operator's namespace that holds the gateway classes;
                                        default cloudlinker-gateway-classes
      --allowed-gateway-image IMAGE     a registry, repository or image that gateway classes may use besides the
                                        operator's own image; may be repeated
      --allowed-connector-image IMAGE   the same for Twingate's connectors; default twingate/connector
      --gateway-namespace NAME          where gateways run; default cloudlinker-gateways
      --monitoring-namespace NAME       whose pods may scrape the gateways' metrics; default: none
      --dns-namespace NAME              of the cluster's DNS servers, which gateways may ask; default kube-system
      --cluster-range CIDR              IPv4 network of pods, Services or nodes, in which no VPN server may be; may be
                                        repeated
      --cluster-domain DOMAIN           default cluster.local
      --listen ADDRESS:PORT             /metrics, /healthz, /readyz; default [::]:8080
      --leader-election true|false      default true
      --lease-duration SECONDS          default 15
      --lease-renew-deadline SECONDS    default 10
      --lease-retry-period SECONDS      default 2
      --concurrency N                   PortForwards whose status is written at once; default 16
      --gateway-silence SECONDS         for how long no gateway of a connection may be heard until Ready is Unknown; at
                                        least 30, default 120
      --max-connections-per-namespace N VPNConnections; default 32
      --max-gateways-per-namespace N    tunnels of all its VPNConnections; default 64
      --max-forwards-per-namespace N    PortForwards; default 10000
      --own-cloud-identity true|false   whether Backbones without credentials may use the operator's own, in Namespaces
                                        labelled cloudlinker.dev/cloud-identity=allowed; default true
      --node-cloud-identity true|false  whether that identity may come from the node's metadata service; default false
      --cloud-identities NAME           ConfigMap in the operator's namespace that says which namespace may use which role,
                                        project and subscription; default cloudlinker-cloud-identities
      --cluster-id ID                   begins the external id of roles that the operator assumes; default: the uid of
                                        Namespace kube-system
      --cloud-requests-per-second N     to one AWS account and region, Google project or Azure subscription, and five
                                        times as many at once after a pause; default 10, to Google Cloud 4
      --cloud-endpoint SERVICE[@REGION]=URL
                                        another base URL, in one region or in all; SERVICE: ec2, sts, iam, eks,
                                        autoscaling, elastic-load-balancing, secrets-manager, google-compute,
                                        google-dns, google-container, google-fleet, google-iam,
                                        google-secret-manager, google-token,
                                        azure-resource-manager, azure-login, azure-audience, twingate; may be repeated
      --log-level LEVEL                 debug, info, warning or error; default info
      --log-format text|json            default text

    cloudlinker-operator check-uninstall lists what would be orphaned if the operator were removed now; exit code 1 when
    there is something.
    """

  init(_ arguments: [String], environment: [String: String]) throws(UsageError) {
    self.environment = environment
    operatorNamespace = environment["POD_NAMESPACE"] ?? "cloudlinker-system"
    identity = environment["POD_NAME"] ?? environment["HOSTNAME"] ?? "cloudlinker-operator"
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--help" || argument == "-h" {
        wantsHelp = true
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = parts.first.map(String.init) ?? ""
      guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
        throw UsageError("\(name) needs a value")
      }
      try set(name, value)
    }
    if gatewayImage == nil && !wantsHelp { throw UsageError("--gateway-image is required") }
  }

  private mutating func set(_ name: String, _ value: String) throws(UsageError) {
    func number() throws(UsageError) -> Int {
      guard let number = Int(value), number > 0, number <= 86_400 else {
        throw UsageError("\(name): \"\(value)\" is no number from 1 to 86400")
      }
      return number
    }
    switch name {
    case "--kubeconfig": kubeconfig = value
    case "--context": context = value
    case "--namespace":
      guard !value.isEmpty, value.utf8.count <= 63 else { throw UsageError("\(name): \"\(value)\" names no namespace") }
      namespace = value
    case "--gateway-image": gatewayImage = value
    case "--gateway-image-pull-policy": gatewayImagePullPolicy = value
    case "--allowed-gateway-image": allowedGatewayImages.append(value)
    case "--allowed-connector-image": allowedConnectorImages.append(value)
    case "--gateway-classes": gatewayClasses = value
    case "--gateway-namespace": gatewayNamespace = value
    case "--monitoring-namespace": monitoringNamespace = value
    case "--dns-namespace": dnsNamespace = value
    case "--cluster-range":
      guard let range = IPv4Network(value) else {
        throw UsageError("\(name): \"\(value)\" is no IPv4 network, such as 10.96.0.0/12")
      }
      clusterRanges.append(range)
    case "--cluster-domain": clusterDomain = value
    case "--listen":
      guard let colon = value.lastIndex(of: ":"), let port = UInt16(value[value.index(after: colon)...]) else {
        throw UsageError("\(name): \"\(value)\" is no address:port, for example [::]:8080")
      }
      let host = value[..<colon]
      address = host.isEmpty ? "::" : String(host.hasPrefix("[") ? host.dropFirst().dropLast() : host)
      self.port = port
    case "--leader-election":
      guard let on = Bool(value) else { throw UsageError("\(name): \"\(value)\" is neither true nor false") }
      leaderElection = on
    case "--lease-duration": leaseDuration = try number()
    case "--lease-renew-deadline": leaseRenewDeadline = try number()
    case "--lease-retry-period": leaseRetryPeriod = try number()
    case "--concurrency": concurrency = try number()
    case "--gateway-silence":
      gatewaySilence = try number()
      guard gatewaySilence >= 30 else {
        throw UsageError("\(name): a gateway in order is heard every 20 s; at least 30")
      }
    case "--max-connections-per-namespace": limits.connections = try number()
    case "--max-gateways-per-namespace": limits.gateways = try number()
    case "--max-forwards-per-namespace": limits.forwards = try number()
    case "--own-cloud-identity":
      guard let on = Bool(value) else { throw UsageError("\(name): \"\(value)\" is neither true nor false") }
      ownCloudIdentity = on
    case "--node-cloud-identity":
      guard let on = Bool(value) else { throw UsageError("\(name): \"\(value)\" is neither true nor false") }
      nodeCloudIdentity = on
    case "--cloud-identities": cloudIdentities = value
    case "--cluster-id":
      let isID = value.utf8.allSatisfy { byte in
        Character(UnicodeScalar(byte)).isLetter && byte < 0x80 || (0x30...0x39).contains(byte)
          || "-._".utf8.contains(byte)
      }
      guard isID, (1...64).contains(value.utf8.count) else {
        throw UsageError(
          "\(name): \"\(value)\" has other characters than letters, digits, '-', '.', '_', or more than 64"
        )
      }
      clusterID = value
    case "--cloud-requests-per-second": cloudRequestsPerSecond = try number()
    case "--cloud-endpoint":
      let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
      let place = (parts.first ?? "").split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(
        String.init
      )
      guard parts.count == 2, let service = CloudSettings.Service(rawValue: place[0]), place.last != "",
        parts[1].contains("://")
      else {
        throw UsageError("\(name): \"\(value)\" is no SERVICE=URL or SERVICE@REGION=URL; --help lists the services")
      }
      if place.count == 2 {
        regionalCloudEndpoints[place[1], default: [:]][service] = parts[1]
      } else {
        cloudEndpoints[service] = parts[1]
      }
    case "--log-level":
      guard let level = Logger.Level(name: value) else { throw UsageError("\(name): \"\(value)\" is no level") }
      logLevel = level
    case "--log-format":
      guard let format = Logger.Format(rawValue: value) else { throw UsageError("\(name): \"\(value)\" is no format") }
      logFormat = format
    default: throw UsageError("\(name) is not a flag; --help lists them")
    }
  }
}

/// The command line cannot be used.
struct UsageError: Error {
  var message: String
  init(_ message: String) { self.message = message }
}
