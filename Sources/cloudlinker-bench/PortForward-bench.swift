internal import CloudLinkerAPI
internal import Kubernetes

extension PortForward {
  /// The PortForward number `index`. Its port is unique below 50,000 and not one of the gateway's own.
  static func forBench(_ index: Int, of connection: String, in namespace: String) -> PortForward {
    let port = 10_000 + index % 50_000
    return PortForward(
      metadata: ObjectMeta(name: "f\(index)", namespace: namespace),
      spec: PortForwardSpec(
        vpnConnectionRef: LocalReference(name: connection),
        ports: [
          PortForwardSpec.Port(
            name: "http",
            port: port < PortForwardSpec.gatewayPorts[0] ? port : port + PortForwardSpec.gatewayPorts.count,
            target: PortForwardSpec.Target(host: "192.168.100.30", port: 8080)
          )
        ]
      )
    )
  }

  func isTrue(_ type: String) -> Bool { status?.conditions?.first { $0.type == type }?.status == "True" }
}
