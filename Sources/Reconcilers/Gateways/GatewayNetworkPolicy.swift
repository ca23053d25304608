internal import CloudLinkerAPI
internal import Foundations
internal import Gateway
internal import Kubernetes

extension GatewayObjects {
  /// Who may talk to a connection's gateways, and to whom they may talk. If the gateways' namespace denies everything
  /// else, this is the whole list:
  ///
  ///     from                                               to the gateway's
  ///     namespace of the connection, allowedNamespaces     accepted ports
  ///     gateways of the same connection                    every port
  ///     the operator, the monitoring namespace             status port
  ///
  ///     to                                                 ports
  ///     gateways of the same connection                    every port
  ///     cluster DNS                                        53
  ///     VPN servers                                        see `servers`
  ///
  /// Networks behind the tunnel need no rule, because the cluster sees only encrypted packets to the server. Namespaces
  /// are selected by the label that Kubernetes itself sets since 1.21.
  func networkPolicy(ports: [ForwardPort]) -> NetworkPolicy {
    let gateways = LabelSelector(matchLabels: GatewayLabels.podSelector(connection.key))
    return NetworkPolicy(
      metadata: metadata(names.service),
      spec: NetworkPolicy.Spec(
        podSelector: gateways,
        policyTypes: ["Ingress", "Egress"],
        ingress: users(ports) + [NetworkPolicy.IngressRule(from: [NetworkPolicy.Peer(podSelector: gateways)])]
          + [NetworkPolicy.IngressRule(from: observers, ports: [Self.statusPolicyPort])],
        egress: [NetworkPolicy.EgressRule(to: [NetworkPolicy.Peer(podSelector: gateways)]), dns] + servers
      )
    )
  }

  private static let statusPolicyPort = NetworkPolicy.Port(
    protocol: "TCP",
    port: .int(GatewayConfiguration.endpointPort)
  )

  /// Without forwards there is no rule, because a rule without ports would allow every port.
  private func users(_ accepted: [ForwardPort]) -> [NetworkPolicy.IngressRule] {
    let ports = accepted.map { NetworkPolicy.Port(protocol: $0.transport.rawValue, port: .int($0.port)) }
    guard !ports.isEmpty else { return [] }
    let namespaces = connection.spec.admittedNamespaces(of: connection.key).sorted()
    let users = namespaces.map { NetworkPolicy.Peer(namespaceSelector: Self.namespaceSelector($0)) }
    return [NetworkPolicy.IngressRule(from: users, ports: ports)]
  }

  private var observers: [NetworkPolicy.Peer] {
    let monitoring = defaults.monitoringNamespace.map {
      NetworkPolicy.Peer(namespaceSelector: Self.namespaceSelector($0))
    }
    return [
      NetworkPolicy.Peer(
        namespaceSelector: Self.namespaceSelector(defaults.operatorNamespace),
        podSelector: LabelSelector(matchLabels: [GatewayLabels.component: GatewayLabels.manager])
      )
    ] + [monitoring].compactMap { $0 }
  }

  /// DNS servers are matched by namespace, by the label that distributions share (even if namespaces have no labels),
  /// and by link-local address (NodeLocal DNSCache, resolvers of clouds). OpenShift's listen on 5353.
  private var dns: NetworkPolicy.EgressRule {
    let everywhere = LabelSelector()
    let servers = LabelSelector(matchLabels: ["k8s-app": "kube-dns"])
    return NetworkPolicy.EgressRule(
      to: [
        NetworkPolicy.Peer(namespaceSelector: Self.namespaceSelector(defaults.dnsNamespace)),
        NetworkPolicy.Peer(namespaceSelector: everywhere, podSelector: servers),
        NetworkPolicy.Peer(ipBlock: NetworkPolicy.IPBlock(cidr: Self.linkLocal)),
      ],
      ports: [53, 5353].flatMap { port in
        ["UDP", "TCP"].map { NetworkPolicy.Port(protocol: $0, port: .int(port)) }
      }
    )
  }

  private static let linkLocal = "169.254.0.0/16"

  /// A rule for each distinct server.
  ///
  ///     type      server    to                                             ports
  ///     IPsec     address   the address                                    all, because ESP has no ports
  ///     IPsec     name      everywhere but link-local, cluster ranges      UDP, its port and 4500
  ///     OpenVPN   address   the address                                    its port, UDP or TCP
  ///     OpenVPN   name      everywhere but link-local, cluster ranges      its port, UDP or TCP
  ///
  /// A policy cannot select by name, and a profile itself chooses between UDP and TCP.
  private var servers: [NetworkPolicy.EgressRule] {
    var rules: [NetworkPolicy.EgressRule] = []
    for tunnel in connection.spec.tunnels {
      guard let port = connection.spec.port(of: tunnel) else { continue }
      let isAddress = IPv4Address(tunnel.server) != nil
      let block =
        isAddress
        ? NetworkPolicy.IPBlock(cidr: "\(tunnel.server)/32")
        : NetworkPolicy.IPBlock(
          cidr: "0.0.0.0/0",
          except: [Self.linkLocal] + defaults.clusterRanges.map(\.description).sorted()
        )
      let ports = serverPorts(port, isAddress: isAddress)
      let rule = NetworkPolicy.EgressRule(to: [NetworkPolicy.Peer(ipBlock: block)], ports: ports)
      if !rules.contains(rule) { rules.append(rule) }
    }
    return rules
  }

  private func serverPorts(_ port: Int, isAddress: Bool) -> [NetworkPolicy.Port]? {
    guard connection.spec.type == .openVPN else {
      if isAddress { return nil }
      return Set([port, 4500]).sorted().map { NetworkPolicy.Port(protocol: "UDP", port: .int($0)) }
    }
    let transports: [String]
    switch connection.spec.openVPN {
    case let spec? where spec.profileSecretRef == nil: transports = [spec.effectiveTransport.rawValue]
    default: transports = ["UDP", "TCP"]
    }
    return transports.map { NetworkPolicy.Port(protocol: $0, port: .int(port)) }
  }

  static func namespaceSelector(_ name: String) -> LabelSelector {
    LabelSelector(matchLabels: [NamespaceLabels.label: name])
  }
}

extension VPNConnectionSpec {
  /// The namespaces whose pods may use the connection `key`.
  func admittedNamespaces(of key: ObjectKey) -> Set<String> { Set([key.namespace] + (allowedNamespaces ?? [])) }
}
