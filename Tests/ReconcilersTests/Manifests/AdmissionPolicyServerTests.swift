import FoundationEssentials
import Foundations
import HTTPTransport
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import Reconcilers

/// The policy's expressions, evaluated by Kubernetes' own CEL. The custom-resource server knows no admission policies, but
/// rules of a definition are the same language: a kind with the fields of a pod gets the policy's rules.
@Suite(
  .serialized,
  .enabled(if: TestControlPlane.hasCustomResourceServer, "needs KUBEBUILDER_ASSETS and CLOUDLINKER_CRD_SERVER")
)
struct AdmissionPolicyServerTests {
  private static let started = Task {
    let plane = try await TestControlPlane.shared()
    let server = PolicyServer(try await TestControlPlane.sharedCustomResourceServer(), tls: plane.tls())
    try await server.install(AdmissionPolicy(images: "registry.example.com:5000/other\nlocalhost/cloudlinker-gateway"))
    return server
  }

  @Test func whatTheOperatorMakesIsAdmitted() async throws {
    let answer = try await Self.started.value.create(AdmissionPolicy.pod())
    #expect(answer.status == 201, "\(answer.message)")
  }

  @Test(arguments: [
    "localhost/cloudlinker-gateway", "localhost/cloudlinker-gateway@sha256:0123",
    "localhost/cloudlinker-gateway/debug:1",
    "registry.example.com:5000/other:1",
  ])
  func listedImagesAreAdmitted(image: String) async throws {
    let pod = try AdmissionPolicy.pod().with("spec.containers[0].image", .string(image))
    let answer = try await Self.started.value.create(pod)
    #expect(answer.status == 201, "\(answer.message)")
  }

  @Test(arguments: AdmissionPolicy.refused.indices)
  func everythingElseIsRefused(index: Int) async throws {
    let refused = AdmissionPolicy.refused[index]
    let pod = try AdmissionPolicy.pod().with(refused.path, refused.value)
    let answer = try await Self.started.value.create(pod)
    #expect(answer.status == 422, "\(refused.change)")
    #expect(answer.message.contains(refused.message), "\(refused.change): \(answer.message)")
  }

  @Test func aSecondContainerIsRefused() async throws {
    let pod = try AdmissionPolicy.pod()
    let containers = pod.at("spec.containers")?.elements ?? []
    let answer = try await Self.started.value.create(pod.with("spec.containers", .array(containers + containers)))
    #expect(answer.message.contains("one container"), "\(answer.message)")
  }
}

private struct PolicyServer: Sendable {
  struct Answer {
    var status: Int
    var message: String
  }
  private let base: String
  private let transport: CurlTransport
  private static let group = "policy.cloudlinker.dev"

  init(_ base: String, tls: TLSConfiguration) {
    self.base = base
    transport = CurlTransport(.init(tls: tls, proxy: .none))
  }

  private func post(_ path: String, _ body: JSONValue) async throws -> Answer {
    let request = HTTPRequest(
      method: "POST",
      url: base + path,
      headers: [
        "Authorization": "Bearer \(TestControlPlane.Token.admin.rawValue)", "Content-Type": "application/json",
      ],
      body: [UInt8](try JSONEncoder().encode(body))
    )
    let response = try await transport.send(request)
    let tree = try? JSONDecoder().decode(JSONValue.self, from: Data(response.body))
    return Answer(status: response.status, message: tree?.at("message")?.text ?? "")
  }

  func create(_ pod: JSONValue) async throws -> Answer {
    let object: JSONValue = [
      "apiVersion": .string("\(Self.group)/v1"), "kind": "GatewayPod", "metadata": ["name": "gateway"],
      "spec": pod.at("spec") ?? .null,
    ]
    return try await post("/apis/\(Self.group)/v1/namespaces/default/gatewaypods?dryRun=All", object)
  }

  func install(_ policy: AdmissionPolicy) async throws {
    let rules = policy.rules.map { rule -> JSONValue in
      ["rule": .string(rule.expression.replacing("object.spec", with: "self.spec")), "message": .string(rule.message)]
    }
    let schema: JSONValue = [
      "type": "object", "x-kubernetes-validations": .array(rules), "properties": ["spec": Self.podSpec],
    ]
    let definition: JSONValue = [
      "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
      "metadata": ["name": .string("gatewaypods.\(Self.group)")],
      "spec": [
        "group": .string(Self.group), "scope": "Namespaced",
        "names": ["plural": "gatewaypods", "singular": "gatewaypod", "kind": "GatewayPod"],
        "versions": [["name": "v1", "served": true, "storage": true, "schema": ["openAPIV3Schema": schema]]],
      ],
    ]
    let answer = try await post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition)
    #expect([201, 409].contains(answer.status), "\(answer.message)")
    let pod = try AdmissionPolicy.pod()
    let isServed = await eventually { try await create(pod).status != 404 }
    #expect(isServed)
  }

  /// The fields of a pod that the policy reads, with bounds that keep the estimated cost of the rules low.
  private static let podSpec: JSONValue = {
    func object(_ properties: [String: JSONValue]) -> JSONValue {
      ["type": "object", "properties": .object(properties), "x-kubernetes-preserve-unknown-fields": true]
    }
    func list(_ items: JSONValue) -> JSONValue { ["type": "array", "items": items, "maxItems": 8] }
    let text: JSONValue = ["type": "string", "maxLength": 128]
    let flag: JSONValue = ["type": "boolean"]
    let security = object([
      "privileged": flag, "allowPrivilegeEscalation": flag, "procMount": text,
      "capabilities": object(["add": list(text), "drop": list(text)]), "seccompProfile": object(["type": text]),
    ])
    let container = object(["name": text, "image": text, "securityContext": security])
    let volume = object([
      "name": text, "secret": object([:]), "emptyDir": object([:]), "downwardAPI": object([:]),
      "hostPath": object(["path": text]),
    ])
    return object([
      "containers": list(container), "initContainers": list(container), "ephemeralContainers": list(container),
      "volumes": list(volume), "hostNetwork": flag, "hostPID": flag, "hostIPC": flag,
      "automountServiceAccountToken": flag,
    ])
  }()
}
