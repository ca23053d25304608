import FoundationEssentials
import Testing

@testable import Kubernetes

/// An object that a type cannot read is invisible to a controller, so the stock types read whatever Kubernetes admits.
@Suite struct AdmittedObjectsTests {
  private func read<Object: Resource>(_ type: Object.Type = Object.self, spec: String) throws -> Object {
    try read(type, #"{"metadata":{"name":"a","namespace":"team"},"spec":\#(spec)}"#)
  }
  private func read<Object: Resource>(_ type: Object.Type = Object.self, _ text: String) throws -> Object {
    try KubernetesClient.decode(type, Array(text.utf8), what: "read")
  }

  @Test(arguments: AdmittedObjects.services.keys.sorted())
  func everyAdmittedServiceIsRead(name: String) throws {
    let service: Service = try read(spec: try #require(AdmittedObjects.services[name]))
    #expect(service.spec != nil)
  }

  @Test func aTargetPortIsANumberOrAName() throws {
    let named: Service = try read(spec: try #require(AdmittedObjects.services["target port by name"]))
    #expect(named.spec?.ports?.first?.targetPort == "http")
    let numbered: Service = try read(spec: try #require(AdmittedObjects.services["one port without a name"]))
    #expect(numbered.spec?.ports?.first?.targetPort == 80)
    #expect(numbered.spec?.ports?.first?.name == nil)
  }

  @Test(arguments: AdmittedObjects.networkPolicies.keys.sorted())
  func everyAdmittedNetworkPolicyIsRead(name: String) throws {
    let policy: NetworkPolicy = try read(spec: try #require(AdmittedObjects.networkPolicies[name]))
    #expect(policy.spec?.podSelector != nil)
  }

  @Test func aNetworkPolicyKeepsItsEgressAndRangesWhenWrittenAgain() throws {
    let text = try #require(AdmittedObjects.networkPolicies["ranges, port ranges, port names"])
    let policy: NetworkPolicy = try read(spec: text)
    let written = try json(try RequestBody.encode(policy.spec, what: "write"))
    #expect(written == (try json(Array(text.utf8))))
  }

  @Test(arguments: AdmittedObjects.disruptionBudgets.keys.sorted())
  func everyAdmittedDisruptionBudgetIsRead(name: String) throws {
    let text = try #require(AdmittedObjects.disruptionBudgets[name])
    let budget: PodDisruptionBudget = try read(spec: text)
    #expect(try json(try RequestBody.encode(budget.spec, what: "write")) == (try json(Array(text.utf8))))
  }

  @Test func aDeploymentThatWebhooksChangedIsRead() throws {
    let deployment = try read(Deployment.self, AdmittedObjects.mutatedDeployment)
    let pod = try #require(deployment.spec?.template.spec)
    #expect(pod.containers.map(\.name) == ["web", "injected"])
    let web = try #require(pod.containers.first)
    #expect(web.env?.map(\.name) == ["EMPTY", "PASSWORD", "MODE", "CPU", "IP"])
    #expect(web.env?[1].valueFrom?.secretKeyRef?.key == "password")
    #expect(web.env?[4].valueFrom?.fieldRef?.fieldPath == "status.podIP")
    #expect(web.readinessProbe?.httpGet?.port == "http")
    #expect(web.livenessProbe?.httpGet == nil)
    #expect(pod.volumes?.map(\.name) == ["token", "all", "socket", "scratch"])
  }

  @Test func anEventOfTheCoreGroupIsReadInTheNewerOne() throws {
    let event = try read(Event.self, AdmittedObjects.oldEvent)
    #expect(event.eventTime == nil)
    #expect(event.note == "assigned")
  }

  @Test(arguments: ["80.5", "true", "null", "[]"])
  func whatIsNeitherNumberNorTextIsRefused(port: String) throws {
    #expect(throws: KubernetesError.self) {
      try KubernetesClient.decode(IntOrString.self, Array(port.utf8), what: "read")
    }
  }
}
