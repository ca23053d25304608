internal import CloudLinkerAPI
internal import Kubernetes

extension PortForward {
  /// The object number `index`, with a port that no other below 50,000 has and that is not the gateway's own.
  static func forBench(_ index: Int, of connection: String, in namespace: String) -> PortForward {
    let port = 10_000 + index % 50_000
    return PortForward(
      metadata: ObjectMeta(name: "f\(index)", namespace: namespace),
      spec: PortForwardSpec(
        vpnConnectionRef: LocalReference(name: connection),
        ports: [
          PortForwardSpec.Port(
            name: "http",
            port: port < PortForwardSpec.gatewayPort ? port : port + 1,
            target: PortForwardSpec.Target(host: "192.168.100.30", port: 8080)
          )
        ]
      )
    )
  }

  func isTrue(_ type: String) -> Bool { status?.conditions?.first { $0.type == type }?.status == "True" }
}
