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
