import Kubernetes
import Testing

@testable import ControllerRuntime

@Suite struct ComparedObjectsTests {
  let planner = ApplyPlanner(annotation: "example.com/applied")

  @Test func whatWasFoundEqualIsComparedAgainOnlyWhenOneOfBothChanges() throws {
    let desired = ConfigMap("a", data: ["x": "1"])
    var live = try planner.stamp(desired)
    live.metadata.resourceVersion = "7"
    var compared = ComparedObjects()
    #expect(try planner.plan(desired, live: live, &compared) == .unchanged)
    // An API server changes no object without its version: this one shows that nothing is compared.
    live.data = ["x": "2"]
    #expect(try planner.plan(desired, live: live, &compared) == .unchanged)
    live.metadata.resourceVersion = "8"
    #expect(try planner.plan(desired, live: live, &compared) == .updated(drift: ["data.x"]))
    #expect(try planner.plan(desired, live: live, &compared) == .updated(drift: ["data.x"]), "a difference is not kept")
    live.metadata.resourceVersion = "7"
    let other = ConfigMap("a", data: ["x": "3"])
    #expect(try planner.plan(other, live: live, &compared) == .updated(drift: []))
  }

  @Test func anObjectOfTheSameNameIsAnotherObject() throws {
    let desired = ConfigMap("a", data: ["x": "1"])
    var live = try planner.stamp(desired)
    (live.metadata.resourceVersion, live.metadata.uid) = ("7", "first")
    var compared = ComparedObjects()
    #expect(try planner.plan(desired, live: live, &compared) == .unchanged)
    live.data = ["x": "2"]
    live.metadata.uid = "second"
    #expect(try planner.plan(desired, live: live, &compared) == .updated(drift: ["data.x"]))
  }
}
