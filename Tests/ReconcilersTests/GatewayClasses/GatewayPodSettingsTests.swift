import CloudLinkerAPI
import Foundations
import Kubernetes
import Testing

@testable import Reconcilers

@Suite struct GatewayPodSettingsTests {
  private func resolve(
    limits: [String: JSONValue]? = nil,
    requests: [String: JSONValue]? = nil,
    _ lookup: GatewayClassLookup = .found(GatewayClass())
  ) -> Result<GatewayPodSettings, Refusal> {
    let spec = GatewaySpec(resources: ResourceRequirements(limits: limits, requests: requests))
    let configMap = ObjectKey(namespace: "cloudlinker-system", name: "cloudlinker-gateway-classes")
    return Result { () throws(Refusal) in try GatewayPodSettings(spec, lookup, configMap: configMap) }
  }
  private func message(_ result: Result<GatewayPodSettings, Refusal>) -> String {
    switch result {
    case .success(let settings): "accepted: \(settings.resources)"
    case .failure(let refusal): "\(refusal.reason.rawValue) \(refusal.message)"
    }
  }

  @Test func aGatewayThatAsksForNothingHasRequestsAndAMemoryLimit() throws {
    let resources = try resolve().get().resources
    #expect(resources.requests == ["cpu": "10m", "memory": "48Mi"])
    #expect(resources.limits == ["memory": "128Mi"])
  }

  @Test func whatIsAskedForReplacesTheClassByName() throws {
    let resources = try resolve(limits: ["memory": "512Mi", "cpu": 2], requests: ["cpu": "1"]).get().resources
    #expect(resources.limits == ["memory": "512Mi", "cpu": 2])
    #expect(resources.requests == ["memory": "48Mi", "cpu": "1"])
  }

  @Test func aSmallerLimitLowersTheRequestOfTheClass() throws {
    let resources = try resolve(limits: ["memory": "40Mi"]).get().resources
    #expect(resources.requests?["memory"] == "40Mi")
  }

  @Test(
    arguments: [
      (["memory": "513Mi"], [:], "spec.gateway.resources.limits.memory: 513Mi: is more than 512Mi, the ceiling"),
      ([:], ["cpu": 60], "spec.gateway.resources.requests.cpu: 60: is more than 2, the ceiling"),
      (["nvidia.com/gpu": "1"], [:], "limits.nvidia.com/gpu: 1: gateway class \"default\" has no ceiling"),
      (["nvidia.com/gpu": "0"], [:], "it has one for: cpu, memory"),
      (["memory": 0], [:], "limits.memory: 0: must be more than 0"),
      (["memory": "0Mi"], [:], "must be more than 0"),
      ([:], ["memory": "256Mi"], "requests.memory: 256Mi: is more than the limit of 128Mi: raise limits.memory too"),
    ] as [([String: JSONValue], [String: JSONValue], String)]
  )
  func whatTheClassDoesNotAllowIsRefused(
    limits: [String: JSONValue],
    requests: [String: JSONValue],
    expected: String
  ) {
    let text = message(resolve(limits: limits, requests: requests))
    #expect(text.hasPrefix("GatewayOptionsRefused "), "\(text)")
    #expect(text.contains(expected), "\(text)")
  }

  @Test(arguments: [(nil, nil, 300), (nil, 60, 60), (nil, 3600, 300), (0, 60, 0), (60, 60, 60), (3600, nil, 3600)])
  func theDrainStaysBelowTheCeilingOfTheClass(asked: Int?, ceiling: Int?, expected: Int) throws {
    #expect(try drain(asked, ceiling).get().drainSeconds == expected)
  }

  @Test func aLongerDrainThanTheClassAllowsIsRefused() {
    #expect(
      message(drain(61, 60))
        == "GatewayOptionsRefused spec.gateway.drainSeconds: 61: is more than 60, the ceiling of gateway class \"default\": ask "
        + "for less, or choose another class"
    )
  }

  private func drain(_ asked: Int?, _ ceiling: Int?) -> Result<GatewayPodSettings, Refusal> {
    var spec = GatewaySpec()
    spec.drainSeconds = asked
    var gatewayClass = GatewayClass()
    gatewayClass.maximumDrainSeconds = ceiling
    let configMap = ObjectKey(namespace: "cloudlinker-system", name: "cloudlinker-gateway-classes")
    return Result { () throws(Refusal) in
      try GatewayPodSettings(spec, .found(gatewayClass), configMap: configMap)
    }
  }

  @Test func aClassWithoutCeilingsAllowsNothing() {
    var gatewayClass = GatewayClass()
    gatewayClass.maximumResources = [:]
    let text = message(resolve(limits: ["memory": "1Mi"], .found(gatewayClass)))
    #expect(text.contains("it has one for: none"), "\(text)")
  }

  @Test func aClassMayAskForNothingAtAll() throws {
    var gatewayClass = GatewayClass()
    gatewayClass.resources = ResourceRequirements()
    #expect(try resolve(.found(gatewayClass)).get().resources == ResourceRequirements())
  }

  @Test func aMissingClassNamesThoseThatAreThere() {
    let text = message(resolve(.notFound(known: ["default", "fast"])))
    #expect(text.hasPrefix("GatewayClassNotFound "), "\(text)")
    #expect(text.contains("choose one of default, fast"), "\(text)")
  }

  @Test func aBrokenClassSaysWhatIsWrongAndWhere() {
    let text = message(resolve(.invalid(GatewayClassProblem("imag: is not a field"))))
    #expect(text.hasPrefix("GatewayClassInvalid "), "\(text)")
    #expect(text.contains("imag: is not a field"), "\(text)")
    #expect(text.contains("ConfigMap cloudlinker-system/cloudlinker-gateway-classes"), "\(text)")
  }
}
