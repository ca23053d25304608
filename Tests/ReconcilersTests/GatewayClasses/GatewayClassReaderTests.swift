import CloudLinkerAPI
import FoundationEssentials
import Foundations
import Kubernetes
import Testing
import YAML

@testable import Reconcilers

@Suite struct GatewayClassReaderTests {
  private let reader = GatewayClassReader(image: "gateway:1", allowedImages: ImageAllowList(["ghcr.io/acme"]))

  private func problem(_ text: String, name: String = "default") -> String {
    do {
      let read = try reader.read(name, text)
      return "accepted: \(read)"
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: ["", "{}", "# nothing yet\n", "---\n"])
  func anEmptyTextIsAClassOfDefaults(text: String) throws {
    #expect(try reader.read("default", text) == GatewayClass())
  }

  @Test func everyFieldIsRead() throws {
    let read = try reader.read(
      "all",
      """
      image: ghcr.io/acme/gateway:2
      imagePullSecrets: [{name: pull}]
      labels: {team: network}
      annotations: {example.com/note: "anything, at all"}
      nodeSelector: {node-role.kubernetes.io/edge: ""}
      tolerations: [{operator: Exists, effect: NoExecute, tolerationSeconds: 30}, {key: a, value: b}]
      affinity: {nodeAffinity: {whatever: [1, two]}}
      priorityClassName: high
      security:
        hostUsers: false
        seccompProfile: {type: Localhost, localhostProfile: profiles/gateway.json}
        seLinuxOptions: {type: container_t, level: "s0:c1,c2"}
      resources: {limits: {cpu: 1, memory: 64Mi, example.com/tun: "1"}, requests: {cpu: "0.1"}}
      maximumResources: {cpu: 4, memory: 1Gi}
      """
    )
    #expect(read.image == "ghcr.io/acme/gateway:2")
    #expect(read.imagePullSecrets == [LocalReference(name: "pull")])
    #expect(read.labels == ["team": "network"])
    #expect(read.annotations == ["example.com/note": "anything, at all"])
    #expect(read.nodeSelector == ["node-role.kubernetes.io/edge": ""])
    #expect(read.tolerations?.first?.tolerationSeconds == 30)
    #expect(read.affinity == ["nodeAffinity": ["whatever": [1, "two"]]])
    #expect(read.priorityClassName == "high")
    #expect(read.security?.hostUsers == false)
    #expect(read.security?.seccompProfile?.localhostProfile == "profiles/gateway.json")
    #expect(read.security?.seLinuxOptions?.level == "s0:c1,c2")
    #expect(read.resources?.limits == ["cpu": 1, "memory": "64Mi", "example.com/tun": "1"])
    #expect(read.maximumResources == ["cpu": 4, "memory": "1Gi"])
  }

  @Test(arguments: [
    ("imag: x", "imag: is not a field; the fields here are affinity, annotations, connectorResources"),
    ("security: {seccomp: {}}", "security.seccomp: is not a field; the fields here are hostUsers, seLinuxOptions"),
    ("tolerations: [{Key: a}]", "tolerations[0].Key: is not a field"),
    ("- image", "is not an object"),
    ("image: [", "line 2, column 1"),
    ("image: a\nimage: b", "image"),
    ("a: 1\n---\nb: 1", "2 documents"),
    ("labels: {cloudlinker.dev/connection: x}", "labels.cloudlinker.dev/connection: is set by the operator"),
    ("labels: {app.kubernetes.io/name: x}", "labels.app.kubernetes.io/name: is set by the operator"),
    ("annotations: {cloudlinker.dev/owner: a/b}", "annotations.cloudlinker.dev/owner: is set by the operator"),
    ("labels: {a: b/c}", "labels.a: b/c: must be a label's value"),
    ("labels: {a b: c}", "labels: a b: is not a key"),
    ("nodeSelector: {a: 1}", "nodeSelector.a: is not a string"),
    ("image: evil.example/root", "image: evil.example/root: is neither the operator's own image nor allowed"),
    ("image: ghcr.io/acme-evil/x", "--allowed-gateway-image"),
    ("imagePullSecrets: [{name: a}, {name: a}]", "imagePullSecrets[1].name: a: listed twice"),
    ("tolerations: [{effect: Never}]", "tolerations[0].effect: Never: must be one of NoSchedule"),
    ("tolerations: [{operator: In}]", "tolerations[0].operator: In: must be one of Exists, Equal"),
    ("security: {seccompProfile: {type: Unconfined}}", "Unconfined: must be one of RuntimeDefault, Localhost"),
    ("security: {seccompProfile: {type: Localhost}}", "localhostProfile is required with type Localhost"),
    ("security: {seccompProfile: {type: Localhost, localhostProfile: ../../x}}", "below the kubelet's seccomp folder"),
    ("affinity: podAntiAffinity", "affinity: must be an object"),
    ("resources: {limits: {cpu: much}}", "resources.limits.cpu: much: must be a quantity"),
    ("resources: {requests: {memory: -1Mi}}", "resources.requests.memory: -1Mi: must be a quantity"),
    ("resources: {limits: {cpu: 0.5}}", "resources.limits.cpu: 0.5: must be in quotes"),
    ("maximumResources: {memory: 1K}", "maximumResources.memory: 1K: must be a quantity"),
    (
      "resources: {requests: {memory: 64Mi}, limits: {memory: 32Mi}}",
      "resources.requests.memory: 64Mi: is more than the limit of 32Mi"
    ),
  ])
  func aMistakeIsRefusedAndNamed(text: String, message: String) {
    #expect(problem(text).contains(message), "\(problem(text))")
  }

  @Test(arguments: ["Default", "a.b", "a_b", "-a", "", String(repeating: "a", count: 64)])
  func aNameThatNoConnectionCanWriteIsRefused(name: String) {
    #expect(problem("{}", name: name).contains("the name must have"))
  }

  @Test func everyMistakeIsListedAtOnce() {
    let text = problem("image: a b\npriorityClassName: High")
    #expect(text.contains("image: a b") && text.contains("priorityClassName: High"), "\(text)")
  }

  @Test func theExampleInTheDocumentationIsValid() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
    let page = try String(contentsOf: root.appending(path: "docs/gateway-classes.md"), encoding: .utf8)
    let example = try #require(page.split(separator: "<!-- A test reads this example. -->\n```yaml\n").last)
    let yaml = try #require(example.split(separator: "```").first)
    let configMap = try YAML.decode(ConfigMap.self, from: Array(yaml.utf8))
    #expect(configMap.key.description == "cloudlinker-system/cloudlinker-gateway-classes")
    #expect(configMap.data?.keys.sorted() == ["default", "fast"])
    for (name, text) in configMap.data ?? [:] { _ = try reader.read(name, text) }
    let described = try reader.read("default", configMap.data?["default"] ?? "")
    #expect(described.resources == GatewayClass.defaultResources, "the page shows the built-in defaults")
    #expect(described.maximumResources == GatewayClass.defaultMaximumResources)
  }
}
