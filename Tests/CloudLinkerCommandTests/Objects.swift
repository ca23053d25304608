import CloudLinkerAPI
import FoundationEssentials
import Foundations
import Kubernetes

/// Objects as an operator leaves them.
enum Objects {
  static func connection(
    _ name: String = "office",
    ready: String? = "True",
    reason: String = "Connected",
    message: String = "both tunnels are up"
  ) -> VPNConnection {
    var spec = VPNConnectionSpec(type: .openVPN, tunnels: [], remoteNetworks: ["192.168.100.0/24"])
    spec.tunnels = [VPNConnectionSpec.Tunnel(name: "a", server: "vpn.example.com")]
    var object = VPNConnection(metadata: metadata(name), spec: spec)
    guard let ready else { return object }
    var status = VPNConnectionStatus()
    status.observedGeneration = 1
    status.conditions = [condition(ready, reason, message)]
    status.tunnelsReady = "1/1"
    object.status = status
    return object
  }

  static func forward(
    _ name: String = "erp",
    of connection: String = "office",
    ready: String = "True",
    reason: String? = nil
  ) -> PortForward {
    let target = PortForwardSpec.Target(host: "192.168.100.30", port: 8080)
    let port = PortForwardSpec.Port(name: "http", port: 33000, target: target)
    let spec = PortForwardSpec(vpnConnectionRef: LocalReference(name: connection), ports: [port])
    var object = PortForward(metadata: metadata(name), spec: spec)
    var status = PortForwardStatus()
    status.observedGeneration = 1
    status.address = "vpn.production"
    let reason = reason ?? (ready == "True" ? "Forwarding" : "TargetsUnreachable")
    let message = "192.168.100.30:8080 does not answer: is the service running?"
    status.conditions = [condition(ready, reason, message)]
    object.status = status
    return object
  }

  static func pod(
    _ name: String,
    in namespace: String = "cloudlinker-gateways",
    labels: [String: String],
    isReady: Bool = true,
    waiting: String? = nil
  ) -> Pod {
    var pod = Pod(metadata: ObjectMeta(name: name, namespace: namespace, labels: labels))
    var status = Pod.Status(phase: "Running")
    status.conditions = [Pod.PodCondition(type: "Ready", status: isReady ? "True" : "False")]
    if let waiting {
      let json = #"{"name": "gateway", "state": {"waiting": {"reason": "\#(waiting)"}}}"#
      status.containerStatuses = [decoded(json)]
    }
    pod.status = status
    return pod
  }

  static func gatewayLabels(_ tunnel: String) -> [String: String] {
    [
      "cloudlinker.dev/namespace": "production", "cloudlinker.dev/connection": "office",
      "cloudlinker.dev/tunnel": tunnel,
    ]
  }

  static func metadata(_ name: String) -> ObjectMeta {
    var metadata = ObjectMeta(name: name, namespace: "production")
    metadata.generation = 1
    metadata.creationTimestamp = VirtualTimeSource().timestamp
    return metadata
  }

  private static func condition(_ ready: String, _ reason: String, _ message: String) -> Condition {
    Condition(
      type: "Ready",
      status: ready,
      reason: reason,
      message: message,
      lastTransitionTime: VirtualTimeSource().timestamp
    )
  }
}

/// A value as its JSON has it. The text stands in a test, so it is right.
func decoded<Value: Decodable>(_ json: String, as type: Value.Type = Value.self) -> Value {
  // swift-format-ignore: NeverUseForceTry
  try! JSONDecoder().decode(type, from: Data(json.utf8))
}
