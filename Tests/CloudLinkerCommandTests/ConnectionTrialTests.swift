import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import CloudLinkerCommand

@Suite struct ConnectionTrialTests {
  private static let reached = "vpn is 10.96.0.7, connected in 3 ms"

  /// A connection that works, with a forward of port 33000.
  private func rig(
    tunnel: VPNConnectionStatus.TunnelState = .connected,
    target: PortForwardStatus.Reachability = .reachable
  ) -> CommandRig {
    let rig = CommandRig()
    var connection = Objects.connection()
    var seen = VPNConnectionStatus.Tunnel(name: "a", state: tunnel)
    seen.gateway = "gateway-a"
    if tunnel == .failed { seen.lastError = "the server refused the password" }
    connection.status?.tunnels = [seen]
    connection.status?.serviceHost = "vpn.production.svc"
    rig.memory.put(connection)
    var forward = Objects.forward()
    forward.status?.ports = [PortForwardStatus.Port(name: "http", port: 33000, protocol: .tcp, state: target)]
    rig.memory.put(forward)
    let container = Container(name: "gateway", image: "registry/gateway:1")
    let labels = Objects.gatewayLabels("a").merging(["app.kubernetes.io/name": "cloudlinker-gateway"]) { $1 }
    let template = PodTemplate(metadata: ObjectMeta(labels: labels), spec: PodSpec(containers: [container]))
    rig.memory.put(
      Deployment(
        metadata: ObjectMeta(name: "gateway-a", namespace: "cloudlinker-gateways", labels: labels),
        spec: Deployment.Spec(replicas: 1, selector: LabelSelector(matchLabels: labels), template: template)
      )
    )
    return rig
  }

  /// As a kubelet would: the pod ends when it is first looked at.
  private func endPods(_ rig: CommandRig, _ phase: String, _ message: String, seen: Locked<[JSONValue]> = Locked([])) {
    rig.memory.setFault { [memory = rig.memory] call in
      guard call.hasPrefix("get Pod production/cloudlinker-try-") else { return nil }
      let key = ObjectKey(namespace: "production", name: String(call.dropFirst("get Pod production/".count)))
      if let manifest = memory.object(TrialPod.Manifest.self, key) { seen.withLock { $0.append(manifest.spec) } }
      var pod = Pod(metadata: ObjectMeta(name: key.name, namespace: key.namespace, labels: TrialPod.labels))
      var status = Pod.Status(phase: phase)
      status.containerStatuses = [decoded(#"{"name": "try", "state": {"terminated": {"message": "\#(message)"}}}"#)]
      pod.status = status
      memory.put(pod)
      return nil
    }
  }

  @Test func aPodOfTheEnvironmentGetsThrough() async throws {
    let rig = rig()
    let pods = Locked<[JSONValue]>([])
    endPods(rig, "Succeeded", Self.reached, seen: pods)
    let outcome = try await rig.run("try vpn:33000")
    #expect(
      outcome.text == """
        ok    name     vpn.production.svc is the Service of VPNConnection production/office
        ok    forward  PortForward production/erp, port http, leads to 192.168.100.30:8080
        ok    tunnels  a Connected (Pod gateway-a)
        ok    target   192.168.100.30:8080 answers the gateways
        ok    attempt  vpn is 10.96.0.7, connected in 3 ms
        vpn:33000 is reached from namespace production

        """
    )
    #expect(outcome.exitCode == 0)
    let text = Gathering.encode(pods.withLock { $0 })
    for part in ["registry/gateway:1", "\"runAsNonRoot\" : true", "\"ALL\"", "RuntimeDefault", "\"try\"", "vpn:33000"] {
      #expect(text.contains(part), "\(part) is missing")
    }
  }

  /// What docs/kubectl-plugin.md says that its user needs.
  @Test func itNeedsTheRightsThatItsPageNames() async throws {
    let rig = rig()
    endPods(rig, "Succeeded", Self.reached)
    _ = try await rig.run("try vpn:33000")
    let asked = Set(rig.memory.calls.map { $0.split(separator: " ").prefix(2).joined(separator: " ") })
    let documented: Set = [
      "list VPNConnection", "list PortForward", "list Deployment", "list Pod", "create Pod", "get Pod", "delete Pod",
    ]
    #expect(asked == documented)
    #expect(rig.memory.objects(Pod.self).isEmpty)
  }

  @Test func aTunnelThatFailedIsWhereItStops() async throws {
    let rig = rig(tunnel: .failed, target: .unknown)
    endPods(rig, "Failed", "vpn is 10.96.0.7, which refused the connection")
    let outcome = try await rig.run("try vpn:33000")
    #expect(outcome.exitCode == 1)
    #expect(outcome.text.contains("fail  tunnels  a Failed (Pod gateway-a): the server refused the password"))
    #expect(outcome.text.contains("fail  attempt  vpn is 10.96.0.7, which refused the connection"))
    #expect(outcome.text.hasSuffix("it stops at: tunnels\n"))
  }

  @Test func aTargetThatDoesNotAnswerIsWhereItStops() async throws {
    let rig = rig(target: .unreachable)
    endPods(rig, "Failed", "vpn is 10.96.0.7, which did not answer in 5 s")
    #expect(try await rig.run("try vpn:33000").text.hasSuffix("it stops at: target\n"))
  }

  @Test func anAttemptThatGetsThroughCountsMoreThanAnOldStatus() async throws {
    let rig = rig(target: .unreachable)
    endPods(rig, "Succeeded", Self.reached)
    #expect(try await rig.run("try vpn:33000").exitCode == 0)
  }

  @Test func aWayThatIsClosedBySomebodyElseIsReported() async throws {
    let rig = rig()
    endPods(rig, "Failed", "vpn is 10.96.0.7, which did not answer in 5 s")
    #expect(try await rig.run("try vpn:33000").text.contains("NetworkPolicies for egress from namespace production"))
  }

  @Test func namesAndPortsThatNobodyHasAreNamed() async throws {
    let rig = rig()
    endPods(rig, "Failed", "intranet does not resolve: Name or service not known")
    let unknown = try await rig.run("try intranet:33000 --image registry/gateway:1")
    #expect(unknown.text.contains("no connection of namespace production has a Service intranet; it has vpn"))
    #expect(unknown.text.hasSuffix("it stops at: name\n"))
    let closed = try await rig.run("try vpn:80")
    #expect(closed.text.contains("fail  forward  no PortForward has TCP port 80; there are 33000"))
    #expect(closed.text.hasSuffix("it stops at: forward\n"))
  }

  @Test func anotherNamespaceMustBeAdmitted() async throws {
    let rig = rig()
    rig.memory.setFault { call in
      call.hasPrefix("create Pod") ? KubernetesError(.forbidden, status: 403, "pods is forbidden") : nil
    }
    let refused = try await rig.run("try vpn.production:33000 -n batch")
    #expect(refused.text.contains("may not be used from namespace batch: add it to spec.allowedNamespaces"))
  }

  @Test func withoutPermissionForPodsTheStatusesStillTell() async throws {
    let rig = rig()
    rig.memory.setFault { call in
      call.hasPrefix("create Pod") ? KubernetesError(.forbidden, status: 403, "pods is forbidden") : nil
    }
    let outcome = try await rig.run("try vpn:33000")
    #expect(outcome.exitCode == 1)
    #expect(outcome.text.contains("warn  attempt  not tried: pods is forbidden"))
    #expect(outcome.text.hasSuffix("nothing else is wrong, but vpn:33000 was not tried\n"))
  }

  @Test func withoutAViewOfTheGatewaysTheImageIsAskedFor() async throws {
    let rig = rig()
    rig.memory.setFault { call in
      call.hasPrefix("list Deployment") ? KubernetesError(.forbidden, status: 403, "deployments is forbidden") : nil
    }
    #expect(try await rig.run("try vpn:33000").text.contains("give their image with --image"))
  }

  @Test func aPodThatCannotStartIsRemovedAndReported() async throws {
    let rig = rig()
    rig.memory.setFault { [memory = rig.memory] call in
      guard call.hasPrefix("get Pod ") else { return nil }
      let name = String(call.dropFirst("get Pod production/".count))
      var pod = Objects.pod(name, in: "production", labels: TrialPod.labels, isReady: false, waiting: "ErrImagePull")
      pod.status?.phase = "Pending"
      memory.put(pod)
      return nil
    }
    let outcome = try await rig.run("try vpn:33000")
    #expect(outcome.text.contains("does not start: ErrImagePull: check the image's name"))
    #expect(rig.memory.objects(Pod.self).isEmpty)
  }

  @Test func whatIsNoAddressIsRefused() async throws {
    for word in ["vpn", "vpn:0", "vpn:http", "10.0.0.1:80", "Vpn:80", "vpn.a.b:80", ":80"] {
      #expect(throws: CommandLineError.self, "\(word)") { try TrialAddress(word, from: "production") }
    }
    #expect(try TrialAddress("vpn.staging.svc.cluster.local:80", from: "production").namespace == "staging")
  }
}
