import Kubernetes
import Testing

@testable import Reconcilers

@Suite struct AppliedTests {
  @Test(arguments: [
    ("0.5", "500m", true), ("1000m", "1", true), ("64Mi", "67108864", true), ("1e3", "1k", true), ("1", "2", false),
    ("64Mi", "64M", false), ("abc", "abc", true), ("abc", "abd", false),
  ])
  func quantitiesCompareByAmount(left: String, right: String, same: Bool) {
    var paths: [String] = []
    Applied.compare(.string(left), .string(right), "cpu", &paths)
    #expect(paths.isEmpty == same)
  }

  @Test func whatWeNoLongerWantIsAChange() {
    var service = Service(
      metadata: ObjectMeta(name: "s", namespace: "n", labels: ["a": "1", "b": "2"]),
      spec: Service.Spec()
    )
    let live = Applied.stamped(service)
    service.metadata.labels = ["a": "1"]
    #expect(Applied.differences(service, live) == ["as applied"])
  }

  @Test func theOrderOfPortsIsTheServersButEachOfThemIsOurs() {
    func port(_ name: String, _ number: Int) -> Service.Port {
      Service.Port(name: name, protocol: "TCP", port: number, targetPort: number)
    }
    let metadata = ObjectMeta(name: "s", namespace: "n")
    let desired = Applied.stamped(
      Service(metadata: metadata, spec: Service.Spec(ports: [port("tcp-33000", 33000), port("status", 15021)]))
    )
    var live = desired
    live.spec?.ports?.reverse()
    #expect(Applied.differences(desired, live) == [])
    live.spec?.ports?[0].targetPort = 1
    #expect(Applied.differences(desired, live) == ["spec.ports.status.targetPort"])
    live.spec?.ports?[0] = port("metrics", 15021)
    #expect(Applied.differences(desired, live) == ["spec.ports.status"])
  }

  @Test func namesOfDifferentObjectsNeverMeet() {
    let left = GatewayNames(ObjectKey(namespace: "a-b", name: "c"))
    let right = GatewayNames(ObjectKey(namespace: "a", name: "b-c"))
    #expect(left.service != right.service)
    #expect(left.gateway(tunnel: "x") != right.gateway(tunnel: "x"))
    let long = GatewayNames(
      ObjectKey(namespace: String(repeating: "n", count: 63), name: String(repeating: "x", count: 253))
    )
    #expect(long.siblings.count == 63)
    #expect(GatewayNames(ObjectKey(namespace: "1-env", name: "x")).service.first == "g")
  }
}
