import CloudLinkerAPI
import ControllerRuntime
import Foundations
import Gateway
import Kubernetes

@testable import Reconcilers

/// Objects that are right in every respect; a test changes the one thing it is about.
enum Fixture {
  static let now = Timestamp(seconds: 1_800_000_000)
  static let defaults = GatewayDefaults(image: "gateway:1")

  static func connection(name: String = "office", tunnels: [String] = ["a", "b"], created: Int64 = 0) -> VPNConnection {
    let authentication = IPsecSpec.Authentication(
      method: .eapMSCHAPv2,
      credentialsSecretRef: IPsecSpec.CredentialsSecretReference(name: "office-vpn")
    )
    var connection = VPNConnection(
      metadata: ObjectMeta(name: name, namespace: "production"),
      spec: VPNConnectionSpec(
        type: .ipsec,
        ipsec: IPsecSpec(authentication: authentication, caSecretRef: SecretKeyReference(name: "office-vpn")),
        tunnels: tunnels.map {
          VPNConnectionSpec.Tunnel(name: $0, server: "203.0.113.\($0.utf8.first ?? 0)", zone: "zone-\($0)")
        },
        remoteNetworks: ["192.168.100.0/24"]
      )
    )
    connection.metadata.uid = "uid-\(name)"
    connection.metadata.generation = 1
    connection.metadata.creationTimestamp = Timestamp(seconds: 1_700_000_000 + created)
    connection.metadata.finalizers = [GatewayLabels.finalizer]
    return connection
  }

  static func forward(_ name: String = "hello", port: Int = 33000, created: Int64 = 0) -> PortForward {
    var forward = PortForward(
      metadata: ObjectMeta(name: name, namespace: "production"),
      spec: PortForwardSpec(
        vpnConnectionRef: LocalReference(name: "office"),
        ports: [
          PortForwardSpec.Port(
            name: "http",
            port: port,
            target: PortForwardSpec.Target(host: "192.168.100.30", port: 8080)
          )
        ]
      )
    )
    forward.metadata.uid = "uid-\(name)"
    forward.metadata.generation = 1
    forward.metadata.creationTimestamp = Timestamp(seconds: 1_700_000_000 + created)
    return forward
  }

  static let credentials = Credentials(secrets: [
    "office-vpn": ["username": Array("u".utf8), "password": Array("p".utf8), "ca.crt": Array("CA".utf8)]
  ])

  static func facts(
    _ connection: VPNConnection = connection(),
    forwards: [PortForward] = [forward()]
  ) -> GatewayFacts {
    var facts = GatewayFacts(connection: connection, defaults: defaults, now: now)
    facts.forwards = forwards
    facts.credentials = credentials
    return facts
  }

  /// The facts after every action of `plan` was carried out and the pods run.
  static func settled(_ facts: GatewayFacts, after plan: GatewayPlan) -> GatewayFacts {
    var facts = facts
    for action in plan.actions {
      switch action {
      case .applySecret(let secret): replace(&facts.live.secrets, SecretDigest.transform(secret))
      case .applyDeployment(let applied):
        var deployment = stamped(applied)
        deployment.metadata.generation = 1
        replace(&facts.live.deployments, deployment)
        replace(&facts.live.pods, pod(of: deployment))
      case .applyService(let service) where service.key.namespace == "production": facts.alias = stamped(service)
      case .applyService(let service): replace(&facts.live.services, stamped(service))
      case .applyNetworkPolicy(let policy): replace(&facts.live.networkPolicies, stamped(policy))
      case .applyBudget(let budget): replace(&facts.live.budgets, stamped(budget))
      default: break
      }
    }
    return facts
  }

  static func stamped<Object: Resource>(_ object: Object) -> Object {
    (try? GatewayActions.planner.stamp(object)) ?? object
  }

  static func replace<Object: Resource>(_ objects: inout [Object], _ object: Object) {
    objects.removeAll { $0.key == object.key }
    objects.append(object)
  }

  static func pod(of deployment: Deployment) -> Pod {
    var pod = Pod(
      metadata: ObjectMeta(
        name: deployment.key.name + "-0",
        namespace: deployment.key.namespace,
        labels: deployment.metadata.labels,
        annotations: [:]
      )
    )
    pod.metadata.uid = "pod-" + deployment.key.name
    pod.status = Pod.Status(phase: "Running", podIP: "10.0.0.1")
    return pod
  }

  static func observation(
    _ tunnel: String,
    _ facts: GatewayFacts,
    state: GatewayStatus.TunnelState = .connected,
    revision: String? = nil,
    failure: GatewayStatus.Failure? = nil,
    error: String? = nil,
    forwards: [GatewayStatus.Forward] = []
  ) -> GatewayObservation {
    let pod = facts.live.pod(tunnel: tunnel)
    return GatewayObservation(
      pod: GatewayPod(
        connection: facts.connection.key,
        tunnel: tunnel,
        name: pod?.key.name ?? "",
        uid: pod?.metadata.uid ?? "",
        address: "10.0.0.1"
      ),
      status: GatewayStatus(
        revision: revision,
        tunnel: GatewayStatus.Tunnel(state: state, since: now, failure: failure, lastError: error),
        forwards: forwards
      )
    )
  }
}

extension [Condition] {
  func of(_ type: ConditionType) -> Condition? { first { $0.type == type.rawValue } }
}
