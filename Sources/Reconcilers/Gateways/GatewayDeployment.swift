internal import CloudLinkerAPI
internal import Foundations
internal import Gateway
internal import Kubernetes

extension GatewayObjects {
  /// The Deployment of a gateway, which has one pod. While the pod drains, its successor starts: at the same time if
  /// siblings serve, and before it if there are none. Decision 15 explains the effect on the VPN server.
  func deployment(_ tunnel: VPNConnectionSpec.Tunnel, _ settings: GatewayPodSettings) -> Deployment {
    let labels = metadata("", tunnel: tunnel.name).labels ?? [:]
    var selector = GatewayLabels.podSelector(connection.key)
    selector[GatewayLabels.tunnel] = tunnel.name
    var podMetadata = ObjectMeta()
    podMetadata.labels = Self.noSidecarLabels
      .merging(settings.gatewayClass.labels ?? [:]) { _, chosen in chosen }
      .merging(labels) { _, ours in ours }
    podMetadata.annotations = Self.noSidecarAnnotations
      .merging(settings.gatewayClass.annotations ?? [:]) { _, chosen in chosen }
      .merging([GatewayLabels.owner: connection.key.description]) { _, ours in ours }
    return Deployment(
      metadata: metadata(names.gateway(tunnel: tunnel.name), tunnel: tunnel.name),
      spec: Deployment.Spec(
        replicas: connection.spec.isSuspended ? 0 : 1,
        revisionHistoryLimit: 1,
        progressDeadlineSeconds: 120 + settings.drainSeconds,
        selector: LabelSelector(matchLabels: selector),
        strategy: Deployment.Strategy(
          type: "RollingUpdate",
          rollingUpdate: Deployment.RollingUpdate(maxSurge: 1, maxUnavailable: .int(hasSiblings ? 1 : 0))
        ),
        template: PodTemplate(metadata: podMetadata, spec: podSpec(tunnel, settings))
      )
    )
  }

  private var hasSiblings: Bool { connection.spec.tunnels.count > 1 }

  /// A daemon gets 4 s to log out of its server.
  private static let secondsToStop = 10

  /// Injectors of service meshes leave the pods alone unless a gateway class says otherwise: a sidecar would run in the
  /// privileged namespace and take the gateway's traffic. Istio reads the label, and in old versions the annotation;
  /// Linkerd reads the annotation.
  static let noSidecarLabels = ["sidecar.istio.io/inject": "false"]
  static let noSidecarAnnotations = ["sidecar.istio.io/inject": "false", "linkerd.io/inject": "disabled"]

  private func podSpec(_ tunnel: VPNConnectionSpec.Tunnel, _ settings: GatewayPodSettings) -> PodSpec {
    let chosen = settings.gatewayClass
    var container = Container(name: "gateway", image: chosen.image ?? defaults.image)
    container.imagePullPolicy = defaults.imagePullPolicy
    container.args = ["--config-directory=/etc/cloudlinker", "--runtime-directory=/run/cloudlinker"]
    container.env = [
      Container.EnvironmentVariable(name: "POD_IP", fieldPath: "status.podIP"),
      Container.EnvironmentVariable(name: "DRAIN_SECONDS", value: "\(settings.drainSeconds)"),
    ]
    container.ports = [Container.Port(name: "status", containerPort: GatewayConfiguration.endpointPort)]
    container.volumeMounts = [
      VolumeMount(name: "configuration", mountPath: "/etc/cloudlinker", readOnly: true),
      VolumeMount(name: "runtime", mountPath: "/run/cloudlinker"),
      VolumeMount(name: "tun", mountPath: "/dev/net/tun"),
      VolumeMount(name: "podinfo", mountPath: "/etc/podinfo", readOnly: true),
    ]
    container.resources = settings.resources
    container.securityContext = Self.privileges(chosen.security)
    // The agent debounces its verdict (250 ms between probes, two failures), so the kubelet acts on the first "not
    // ready". Silence counts only after 5 s. Otherwise a machine that stalls for a moment would take all gateways out
    // of service at once, and kube-proxy refuses connections to a Service without ready pods.
    container.readinessProbe = Probe(
      path: "/readyz",
      port: GatewayConfiguration.endpointPort,
      periodSeconds: 1,
      timeoutSeconds: 5,
      failureThreshold: 1
    )
    container.livenessProbe = Probe(
      path: "/livez",
      port: GatewayConfiguration.endpointPort,
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 3
    )

    var spec = PodSpec(
      containers: [container],
      volumes: [
        .secret("configuration", secretName: names.gateway(tunnel: tunnel.name), mode: 0o400),
        .memory("runtime", sizeLimit: "64Mi"),
        .hostPath("tun", path: "/dev/net/tun", type: "CharDevice"),
        .annotations("podinfo", mode: 0o400),
      ]
    )
    spec.nodeSelector = chosen.nodeSelector
    if let zone = tunnel.zone {
      // The owner's choice of zones in the class is a limit that no tunnel leaves.
      let asked = ["topology.kubernetes.io/zone": zone]
      spec.nodeSelector = (spec.nodeSelector ?? [:]).merging(asked) { chosen, _ in chosen }
    }
    spec.affinity = chosen.affinity ?? Self.apart(GatewayLabels.podSelector(connection.key))
    spec.tolerations = chosen.tolerations
    spec.hostUsers = chosen.security?.hostUsers
    spec.imagePullSecrets = chosen.imagePullSecrets?.map { PodSpec.PullSecret(name: $0.name) }
    spec.priorityClassName = chosen.priorityClassName
    spec.automountServiceAccountToken = false
    spec.enableServiceLinks = false
    spec.terminationGracePeriodSeconds = settings.drainSeconds + Self.secondsToStop
    return spec
  }

  /// Uid 0 without capabilities, except the one that routes, firewall rules and tun devices need.
  private static func privileges(_ chosen: GatewayClass.Security?) -> SecurityContext {
    var context = SecurityContext()
    context.allowPrivilegeEscalation = false
    context.capabilities = SecurityContext.Capabilities(drop: ["ALL"], add: ["NET_ADMIN"])
    context.privileged = false
    context.readOnlyRootFilesystem = true
    context.runAsUser = 0
    context.seccompProfile = chosen?.seccompProfile ?? SecurityContext.SeccompProfile(type: "RuntimeDefault")
    context.seLinuxOptions = chosen?.seLinuxOptions
    return context
  }

  /// Pods with these labels prefer to be in different zones, and then on different machines.
  static func apart(_ labels: [String: String]) -> JSONValue {
    let labels = JSONValue.object(labels.mapValues { .string($0) })
    func term(_ weight: Int64, _ topologyKey: String) -> JSONValue {
      [
        "weight": .int(weight),
        "podAffinityTerm": ["labelSelector": ["matchLabels": labels], "topologyKey": .string(topologyKey)],
      ]
    }
    return [
      "podAntiAffinity": [
        "preferredDuringSchedulingIgnoredDuringExecution": [
          term(100, "topology.kubernetes.io/zone"), term(50, "kubernetes.io/hostname"),
        ]
      ]
    ]
  }
}
