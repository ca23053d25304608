import FoundationEssentials
import Foundations
import Kubernetes
import YAML

@testable import Reconcilers

/// Files of `manifests/`, as trees.
enum Manifests {
  struct Missing: Error { var what: String }

  static func objects(_ path: String) throws -> [JSONValue] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../manifests")
    return try YAML.decodeAll(JSONValue.self, from: Array(Data(contentsOf: root.appending(path: path))))
  }

  static func object(_ path: String, kind: String) throws -> JSONValue {
    guard let found = try objects(path).first(where: { $0.at("kind") == .string(kind) }) else {
      throw Missing(what: "\(kind) in \(path)")
    }
    return found
  }
}

extension JSONValue {
  /// The value at `a.b[0].c`; nil: there is none.
  func at(_ path: String) -> JSONValue? {
    let steps = path.replacing("[", with: ".").replacing("]", with: "").split(separator: ".").map(String.init)
    return steps.reduce(self) { value, step in
      switch value {
      case .object(let members): members[step]
      case .array(let items): Int(step).flatMap { items.indices.contains($0) ? items[$0] : nil }
      default: nil
      }
    }
  }
  var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }

  /// The same with `value` at `a.b[0].c`, or without that member where it is nil.
  func with(_ path: String, _ value: JSONValue?) -> JSONValue {
    let steps = path.replacing("[", with: ".").replacing("]", with: "").split(separator: ".").map(String.init)
    return with(steps[...], value)
  }
  private func with(_ steps: ArraySlice<String>, _ value: JSONValue?) -> JSONValue {
    guard let step = steps.first else { return value ?? .null }
    let rest = steps.dropFirst()
    switch self {
    case .array(var items):
      guard let index = Int(step), items.indices.contains(index) else { return self }
      items[index] = items[index].with(rest, value)
      return .array(items)
    case .object(var members):
      members[step] = rest.isEmpty ? value : (members[step] ?? [:]).with(rest, value)
      return .object(members)
    default: return self
    }
  }
}

/// The ValidatingAdmissionPolicy for gateway pods, its variables and parameters written out: every expression is about
/// `object` alone.
struct AdmissionPolicy {
  struct Rule: Sendable {
    var expression: String
    var message: String
  }
  var rules: [Rule]

  /// - Parameter images: what the parameter lists.
  init(images: String) throws {
    let policy = try Manifests.object("admission/gateway-pods.yaml", kind: "ValidatingAdmissionPolicy")
    let quoted = images.replacing("\n", with: "\\n")
    let variables = (policy.at("spec.variables")?.elements ?? []).map { variable in
      (
        "variables.\(variable.at("name")?.text ?? "")",
        (variable.at("expression")?.text ?? "").replacing("params.data['images']", with: "'\(quoted)'")
      )
    }
    rules = (policy.at("spec.validations")?.elements ?? []).map { validation in
      let expression = validation.at("expression")?.text ?? ""
      return Rule(
        expression: variables.reduce(expression) { $0.replacing($1.0, with: $1.1) },
        message: validation.at("message")?.text ?? ""
      )
    }
  }

  /// The pod that the operator makes, as an API server is asked to admit it.
  static func pod() throws -> JSONValue {
    var facts = Fixture.facts()
    facts.defaults.image = "localhost/cloudlinker-gateway:dev"
    let plan = GatewayPlan(facts)
    for case .applyDeployment(let deployment) in plan.actions {
      guard let template = deployment.spec?.template else { continue }
      let spec = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(template.spec))
      return ["spec": spec]
    }
    throw Manifests.Missing(what: "a Deployment in the plan")
  }

  /// What a gateway must not be, and the rule that refuses it.
  static let refused: [(change: String, path: String, value: JSONValue?, message: String)] = [
    ("an image that is not listed", "spec.containers[0].image", "evil.example/root", "is not listed"),
    (
      "an image that only begins so", "spec.containers[0].image", "localhost/cloudlinker-gateway-evil:1",
      "is not listed"
    ),
    ("another container's name", "spec.containers[0].name", "shell", "one container"),
    ("an init container", "spec.initContainers", [["name": "x", "image": "y"]], "no init containers"),
    ("an ephemeral container", "spec.ephemeralContainers", [["name": "x", "image": "y"]], "no ephemeral containers"),
    ("the host's root", "spec.volumes[2].hostPath.path", "/", "/dev/net/tun only"),
    (
      "a projected token", "spec.volumes[0]", ["name": "t", "projected": ["sources": []]], "/dev/net/tun only"
    ),
    ("the host's network", "spec.hostNetwork", true, "no namespace with the host"),
    ("the host's processes", "spec.hostPID", true, "no namespace with the host"),
    ("the host's IPC", "spec.hostIPC", true, "no namespace with the host"),
    ("a token", "spec.automountServiceAccountToken", true, "no service account token"),
    ("a token by default", "spec.automountServiceAccountToken", nil, "no service account token"),
    ("no security context", "spec.containers[0].securityContext", nil, "needs a securityContext"),
    ("privileged", "spec.containers[0].securityContext.privileged", true, "not privileged"),
    ("escalation", "spec.containers[0].securityContext.allowPrivilegeEscalation", true, "not privileged"),
    ("escalation by default", "spec.containers[0].securityContext.allowPrivilegeEscalation", nil, "not privileged"),
    ("an unmasked /proc", "spec.containers[0].securityContext.procMount", "Unmasked", "not privileged"),
    (
      "another capability", "spec.containers[0].securityContext.capabilities.add", ["NET_ADMIN", "SYS_ADMIN"],
      "NET_ADMIN only"
    ),
    ("nothing dropped", "spec.containers[0].securityContext.capabilities.drop", nil, "NET_ADMIN only"),
    ("no capabilities", "spec.containers[0].securityContext.capabilities", nil, "NET_ADMIN only"),
    ("unconfined", "spec.containers[0].securityContext.seccompProfile.type", "Unconfined", "seccomp profile"),
    ("no seccomp profile", "spec.containers[0].securityContext.seccompProfile", nil, "seccomp profile"),
  ]
}
