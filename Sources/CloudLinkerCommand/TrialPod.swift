internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// A pod in the environment that connects to an address once. It meets Pod Security's level *restricted*, has no
/// permissions, and is deleted afterwards.
struct TrialPod {
  static let labels = ["app.kubernetes.io/name": "cloudlinker-try", "sidecar.istio.io/inject": "false"]
  static let selector = "app.kubernetes.io/name=cloudlinker-try"
  /// Reasons for which a pod never starts.
  private static let hopeless: Set<String> = [
    "ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "CreateContainerConfigError",
    "CreateContainerError", "RunContainerError",
  ]

  let session: Session
  let address: String

  struct Image: Equatable {
    var name: String
    var pullPolicy: String?
  }

  /// - Parameter image: one with `cloudlinker-gateway` as its entry point; nil: unknown, so the trial is skipped.
  func run(_ image: Image?) async -> Doctor.Finding {
    guard let image else {
      return .warn("not tried: the gateways cannot be seen; give their image with --image, your platform team knows it")
    }
    let made: Manifest
    do throws(KubernetesError) {
      await removeFinished()
      made = try await session.api.create(manifest(image))
    } catch {
      return .warn("not tried: \(error.message)")
    }
    let verdict = await follow(made.key)
    do throws(KubernetesError) {
      try await session.api.delete(Pod.self, made.key, DeleteOptions(uid: made.metadata.uid))
    } catch {
      session.progress("Pod \(made.key) is left behind: \(error.message)")
    }
    return verdict
  }

  private func follow(_ key: ObjectKey) async -> Doctor.Finding {
    do throws(KubernetesError) {
      let pod = try await ObjectWait(session: session).follow(key, "its end") { (pod: Pod) in Self.isOver(pod) }
      return Self.verdict(pod)
    } catch {
      guard error.kind == .unavailable else { return .warn("not tried: \(error.message)") }
      let trouble = (try? await session.api.get(Pod.self, key)).flatMap(PodJudgement.trouble) ?? "see its events"
      return .warn("not tried: Pod \(key) did not end in \(session.invocation.timeout) s: \(trouble)")
    }
  }

  /// Removes what an earlier call that was interrupted left behind.
  private func removeFinished() async {
    let pods = (try? await session.list(Pod.self, in: session.namespace, labels: Self.selector)) ?? []
    for pod in pods where Self.isFinished(pod) {
      try? await session.api.delete(Pod.self, pod.key, DeleteOptions(uid: pod.metadata.uid))
    }
  }

  private static func isFinished(_ pod: Pod) -> Bool { ["Succeeded", "Failed"].contains(pod.status?.phase) }

  static func isOver(_ pod: Pod) -> Bool {
    isFinished(pod) || hopeless.contains(pod.status?.containerStatuses?.first?.state?.waiting?.reason ?? "")
  }

  static func verdict(_ pod: Pod) -> Doctor.Finding {
    let ended = pod.status?.containerStatuses?.first?.state?.terminated
    let said = (ended?.message ?? "").split(separator: "\n").first.map(String.init)
    switch pod.status?.phase {
    case "Succeeded": return .ok(said ?? "connected")
    case "Failed": return .fail(said ?? pod.status?.message ?? ended?.reason ?? "the pod failed")
    default: return .warn("not tried: Pod \(pod.key) does not start: \(PodJudgement.trouble(pod) ?? "see its events")")
    }
  }

  /// The image that the command line names, or that the connection's gateways use.
  static func image(_ session: Session, of connection: VPNConnection?) async -> Image? {
    if let name = session.invocation.image { return Image(name: name) }
    guard let connection else { return nil }
    let labels = LabelSelector(matchLabels: GatewayLabels.podSelector(connection.key)).description
    let namespace = session.invocation.gatewayNamespace
    guard let gateway = try? await session.list(Deployment.self, in: namespace, labels: labels).first,
      let container = gateway.spec?.template.spec.containers.first, let name = container.image
    else { return nil }
    return Image(name: name, pullPolicy: container.imagePullPolicy)
  }

  /// A v1 Pod with the fields that the trial needs.
  struct Manifest: Resource {
    static var resourceType: ResourceType { Pod.resourceType }
    var metadata: ObjectMeta
    var spec: JSONValue
  }

  private func manifest(_ image: Image) -> Manifest {
    let name = "cloudlinker-try-" + String(UInt32.random(in: 0x1000_0000 ... .max), radix: 16)
    let size: JSONValue = ["cpu": "100m", "memory": "64Mi"]
    var container: [String: JSONValue] = [
      "name": "try", "image": .string(image.name),
      "args": ["try", .string(address), "--report=/dev/termination-log"],
      "terminationMessagePolicy": "FallbackToLogsOnError",
      "resources": ["requests": ["cpu": "10m", "memory": "32Mi"], "limits": size],
      "securityContext": [
        "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": ["drop": ["ALL"]],
      ],
    ]
    container["imagePullPolicy"] = image.pullPolicy.map(JSONValue.string)
    return Manifest(
      metadata: ObjectMeta(name: name, namespace: session.namespace, labels: Self.labels),
      spec: [
        "restartPolicy": "Never", "activeDeadlineSeconds": .int(Int64(session.invocation.timeout)),
        "automountServiceAccountToken": false, "enableServiceLinks": false, "terminationGracePeriodSeconds": 1,
        "securityContext": [
          "runAsNonRoot": true, "runAsUser": 65_534, "seccompProfile": ["type": "RuntimeDefault"],
        ],
        "containers": [.object(container)],
      ]
    )
  }
}
