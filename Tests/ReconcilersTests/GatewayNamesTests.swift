import Kubernetes
import Testing

@testable import Reconcilers

@Suite struct GatewayNamesTests {
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
