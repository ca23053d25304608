import Foundations
import Kubernetes
import Testing

@testable import Reconcilers

@Suite struct AdmissionPolicyTests {
  private static let functions: Set<String> = ["size", "all", "exists", "startsWith", "substring", "contains", "spec"]

  /// An expression that reads a missing field is an error, and the policy then refuses the pod. So every field that is
  /// read without `has` must be in the pods that the operator makes.
  @Test func everyFieldThatIsReadIsInAGatewayOrIsAskedForFirst() throws {
    let pod = try AdmissionPolicy.pod()
    var read = 0
    for rule in try AdmissionPolicy(images: "localhost/cloudlinker-gateway").rules {
      for match in rule.expression.matches(of: /object((?:\.[a-zA-Z]+|\[0\])+)/) {
        let steps = match.1.split(separator: ".").filter { !Self.functions.contains(String($0)) }
        let path = "spec." + steps.joined(separator: ".")
        read += 1
        guard pod.at(path) == nil else { continue }
        let guards = "has(object.\(path))"
        #expect(rule.expression.contains(guards), "\(path) is read without has() in: \(rule.expression)")
      }
    }
    #expect(read > 20, "the expressions were read")
  }

  @Test func thePolicyHasARuleForEverythingThatAGatewayMustNotBe() throws {
    let rules = try AdmissionPolicy(images: "localhost/cloudlinker-gateway").rules
    let unused = rules.filter { rule in !AdmissionPolicy.refused.contains { rule.message.contains($0.message) } }
    #expect(unused.map(\.message) == [])
    for refused in AdmissionPolicy.refused {
      #expect(rules.contains { $0.message.contains(refused.message) }, "\(refused.change)")
    }
  }

  @Test(arguments: ["gateway-pods", "writers"])
  func thePoliciesDenyInTheNamespaceOfTheGateways(file: String) throws {
    let policy = try Manifests.object("admission/\(file).yaml", kind: "ValidatingAdmissionPolicy")
    let binding = try Manifests.object("admission/\(file).yaml", kind: "ValidatingAdmissionPolicyBinding")
    #expect(policy.at("apiVersion") == "admissionregistration.k8s.io/v1")
    #expect(policy.at("spec.failurePolicy") == "Fail")
    #expect(binding.at("spec.policyName") == policy.at("metadata.name"))
    #expect(binding.at("spec.validationActions") == ["Deny"])
    let selector = binding.at("spec.matchResources.namespaceSelector.matchLabels")
    #expect(selector == [NamespaceLabels.label: .string(Fixture.defaults.namespace)])
  }

  @Test func theParameterIsThere() throws {
    let binding = try Manifests.object("admission/gateway-pods.yaml", kind: "ValidatingAdmissionPolicyBinding")
    let parameter = try Manifests.object("admission/images.yaml", kind: "ConfigMap")
    #expect(binding.at("spec.paramRef.name") == parameter.at("metadata.name"))
    #expect(binding.at("spec.paramRef.namespace") == parameter.at("metadata.namespace"))
    #expect(binding.at("spec.paramRef.parameterNotFoundAction") == "Deny")
    #expect(parameter.at("data.images") == "localhost/cloudlinker-gateway\ntwingate/connector\n")
  }

  @Test func theWriterIsTheOperatorsServiceAccount() throws {
    let policy = try Manifests.object("admission/writers.yaml", kind: "ValidatingAdmissionPolicy")
    let account = try Manifests.object("base/rbac.yaml", kind: "ServiceAccount")
    let namespace = account.at("metadata.namespace")?.text ?? ""
    let name = account.at("metadata.name")?.text ?? ""
    let expression = policy.at("spec.validations[0].expression")?.text ?? ""
    #expect(expression.contains("'system:serviceaccount:\(namespace):\(name)'"), "\(expression)")
  }
}
