internal import Cloud
internal import CloudLinkerAPI
internal import Digests
internal import FoundationEssentials
internal import Foundations
internal import Kubernetes
internal import Twingate

/// The objects of one connection's connectors in the gateways' namespace. Pure: it describes them, whether they exist
/// or not.
///
/// Nobody from an environment can read that namespace, because a person with a connector's tokens can impersonate it.
struct ConnectorObjects {
  static let component = "cloudlinker-connector"
  /// Label with the key of a connector's slot.
  static let keyLabel = "cloudlinker.dev/connector"
  /// Annotations of a Secret: the connector whose tokens it holds, the rotation for which they were made, and a digest
  /// that distinguishes pairs.
  static let connectorID = "cloudlinker.dev/twingate-connector-id"
  static let rotation = "cloudlinker.dev/twingate-rotation"
  static let accessToken = "accessToken"
  static let refreshToken = "refreshToken"
  /// The user of images without a shell, such as Twingate's.
  private static let user: Int64 = 65_532

  let connection: VPNConnection
  let spec: TwingateSpec
  let gatewayClass: GatewayClass
  let namespace: String
  private let names: GatewayNames

  init(_ facts: TwingateFacts) {
    connection = facts.connection
    spec = facts.spec
    if case .found(let found) = facts.gatewayClass { gatewayClass = found } else { gatewayClass = GatewayClass() }
    namespace = facts.defaults.namespace
    names = GatewayNames(facts.connection.key)
  }

  /// Name of the Deployment and the Secret of one connector.
  func name(_ key: String) -> String { names.gateway(tunnel: "connector-\(key)") }
  /// Name of the NetworkPolicy and the PodDisruptionBudget.
  var sharedName: String { names.service }
  /// Name of the Secret with a copy of the API token.
  var tokenName: String { names.gateway(tunnel: "twingate-api-token") }

  private var selector: [String: String] {
    var labels = GatewayLabels.podSelector(connection.key)
    labels[GatewayLabels.component] = Self.component
    return labels
  }

  private func metadata(_ name: String, key: String? = nil) -> ObjectMeta {
    var labels = selector
    labels[GatewayLabels.managedBy] = GatewayLabels.manager
    labels[GatewayLabels.uid] = connection.metadata.uid
    labels[Self.keyLabel] = key
    return ObjectMeta(
      name: name,
      namespace: namespace,
      labels: labels,
      annotations: [GatewayLabels.owner: connection.key.description]
    )
  }

  // MARK: Secrets

  func tokens(_ key: String, _ pair: ConnectorTokens, connectorID: String, rotation: String) -> Secret {
    var metadata = metadata(name(key), key: key)
    metadata.annotations?[Self.connectorID] = connectorID
    metadata.annotations?[Self.rotation] = rotation
    metadata.annotations?[GatewayLabels.revision] = String(SHA256.text(pair.access.value).prefix(16))
    return Secret(
      metadata: metadata,
      type: "Opaque",
      data: [
        Self.accessToken: Self.encoded(pair.access.value), Self.refreshToken: Self.encoded(pair.refresh.value),
      ]
    )
  }

  /// A copy of the tenant's API token. Deleting a namespace deletes the Secret and the connection in any order, and the
  /// objects at Twingate must go in any case.
  func apiToken(_ token: String) -> Secret {
    Secret(metadata: metadata(tokenName), type: "Opaque", data: [TwingateSpec.defaultTokenKey: Self.encoded(token)])
  }

  private static func encoded(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

  // MARK: Workloads

  /// The Deployment of one connector. The old pod ends before the new one starts, because a pair of tokens belongs to
  /// one connector.
  /// - Parameters:
  ///   - revision: the revision of the tokens.
  ///   - stamp: see `ConnectorUpdate`.
  func deployment(_ key: String, revision: String, stamp: String? = nil) -> Deployment {
    var labels = selector
    labels[Self.keyLabel] = key
    var pod = ObjectMeta()
    let meta = metadata("", key: key)
    pod.labels = GatewayObjects.noSidecarLabels
      .merging(gatewayClass.labels ?? [:]) { _, chosen in chosen }
      .merging(meta.labels ?? [:]) { _, ours in ours }
    pod.annotations = GatewayObjects.noSidecarAnnotations
      .merging(gatewayClass.annotations ?? [:]) { _, chosen in chosen }
      .merging(meta.annotations ?? [:]) { _, ours in ours }
      .merging([GatewayLabels.revision: revision]) { _, ours in ours }
    pod.annotations?[ConnectorUpdate.annotation] = stamp
    return Deployment(
      metadata: metadata(name(key), key: key),
      spec: Deployment.Spec(
        replicas: connection.spec.isSuspended ? 0 : 1,
        revisionHistoryLimit: 1,
        progressDeadlineSeconds: 300,
        selector: LabelSelector(matchLabels: labels),
        strategy: Deployment.Strategy(type: "Recreate"),
        template: PodTemplate(metadata: pod, spec: podSpec(key))
      )
    )
  }

  private func podSpec(_ key: String) -> PodSpec {
    let chosen = spec.connectors
    var container = Container(name: "connector", image: chosen.effectiveImage)
    container.env = environment(key)
    container.volumeMounts = [VolumeMount(name: "run", mountPath: "/var/run/twingate")]
    container.resources = gatewayClass.effectiveConnectorResources
    // A tag may name another image by now; without this the node would keep the one it has.
    container.imagePullPolicy = chosen.updatePeriod == nil ? nil : "Always"
    container.securityContext = Self.privileges
    let health = ["/connectorctl", "health"]
    container.readinessProbe = Probe(command: health, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3)
    container.livenessProbe = Probe(command: health, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 6)
    var pod = PodSpec(containers: [container], volumes: [.memory("run", sizeLimit: "16Mi")])
    pod.nodeSelector = gatewayClass.nodeSelector
    pod.affinity = gatewayClass.affinity ?? GatewayObjects.apart(selector)
    pod.tolerations = gatewayClass.tolerations
    pod.imagePullSecrets = gatewayClass.imagePullSecrets?.map { PodSpec.PullSecret(name: $0.name) }
    pod.priorityClassName = gatewayClass.priorityClassName
    pod.automountServiceAccountToken = false
    pod.enableServiceLinks = false
    pod.securityContext = podSecurity
    return pod
  }

  private func environment(_ key: String) -> [Container.EnvironmentVariable] {
    let chosen = spec.connectors
    var environment: [Container.EnvironmentVariable] = [
      .init(name: "TWINGATE_NETWORK", value: spec.network),
      .init(name: "TWINGATE_ACCESS_TOKEN", secret: name(key), key: Self.accessToken),
      .init(name: "TWINGATE_REFRESH_TOKEN", secret: name(key), key: Self.refreshToken),
      .init(name: "TWINGATE_LOG_LEVEL", value: "\(chosen?.logLevel ?? TwingateSpec.Connectors.defaultLogLevel)"),
    ]
    if chosen?.logAnalytics == true { environment.append(.init(name: "TWINGATE_LOG_ANALYTICS", value: "v2")) }
    for (label, value) in (chosen?.labels ?? [:]).sorted(by: { $0.key < $1.key }) {
      environment.append(.init(name: "TWINGATE_LABEL_\(label)", value: value))
    }
    return environment
  }

  /// As Pod Security's level `restricted` requires. Only ICMP needs more: sockets for ping, allowed by a safe sysctl.
  private var podSecurity: JSONValue {
    var context: [String: JSONValue] = [
      "runAsNonRoot": true, "runAsUser": .int(Self.user), "runAsGroup": .int(Self.user), "fsGroup": .int(Self.user),
      "seccompProfile": ["type": "RuntimeDefault"],
    ]
    if (spec.resources ?? []).contains(where: { $0.ports.icmp == true }) {
      context["sysctls"] = [["name": "net.ipv4.ping_group_range", "value": "0 2147483647"]]
    }
    return .object(context)
  }

  private static var privileges: SecurityContext {
    var context = SecurityContext()
    context.allowPrivilegeEscalation = false
    context.privileged = false
    context.readOnlyRootFilesystem = true
    context.runAsUser = user
    context.capabilities = SecurityContext.Capabilities(drop: ["ALL"], add: [])
    context.capabilities?.add = nil
    context.seccompProfile = SecurityContext.SeccompProfile(type: "RuntimeDefault")
    return context
  }

  /// The services at which clouds hand out credentials and settings of the node: instance metadata (AWS, Google Cloud, Azure),
  /// credentials of ECS tasks and of EKS Pod Identity, Azure's WireServer, Alibaba Cloud's metadata. Not all link-local
  /// addresses, because the node's own DNS cache has one.
  private static let nodeServices = [
    "169.254.169.254/32", "169.254.170.2/32", "169.254.170.23/32", "168.63.129.16/32", "100.100.100.200/32",
  ]
  private static let nodeServicesV6 = ["fd00:ec2::254/128", "fd00:ec2::23/128", "fd20:ce::254/128"]

  /// Nothing may connect to the connectors: people's traffic uses connections that the connectors opened. Connectors
  /// may reach everything except the services for nodes.
  var networkPolicy: NetworkPolicy {
    NetworkPolicy(
      metadata: metadata(sharedName),
      spec: NetworkPolicy.Spec(
        podSelector: LabelSelector(matchLabels: selector),
        policyTypes: ["Ingress", "Egress"],
        egress: [
          NetworkPolicy.EgressRule(to: [
            NetworkPolicy.Peer(ipBlock: .init(cidr: "0.0.0.0/0", except: Self.nodeServices)),
            NetworkPolicy.Peer(ipBlock: .init(cidr: "::/0", except: Self.nodeServicesV6)),
          ])
        ]
      )
    )
  }

  /// Allows the eviction of one connector at a time.
  var disruptionBudget: PodDisruptionBudgetV1beta1 {
    PodDisruptionBudgetV1beta1(
      metadata: metadata(sharedName),
      spec: PodDisruptionBudgetSpec(maxUnavailable: 1, selector: LabelSelector(matchLabels: selector))
    )
  }
}
