import Kubernetes
import KubernetesTesting
import Testing

@testable import ControllerRuntime

@Suite struct ApplierWriteTests {
  private let server = MemoryServer()
  private let annotation = "example.com/applied-hash"
  private var applier: Applier { Applier(client: server, fieldManager: "test", annotation: annotation) }

  @Test func nothingIsWrittenWhenNothingDiffers() async throws {
    let desired = ConfigMap("a", data: ["x": "1"])
    let (created, live) = try await applier.apply(desired, live: nil)
    #expect(created == .created)
    server.forgetCalls()
    let (again, same) = try await applier.apply(desired, live: live)
    #expect(again == .unchanged)
    #expect(same == live)
    #expect(server.calls == [])
  }

  @Test func whatTheServerAndOthersAddedIsNotWrittenOver() async throws {
    let desired = ConfigMap("a", data: ["x": "1"])
    var live = try await applier.apply(desired, live: nil).object
    live.data?["y"] = "theirs"
    live.metadata.labels = ["theirs": "1"]
    live.metadata.annotations?["theirs"] = "1"
    #expect(try await applier.apply(desired, live: live).outcome == .unchanged)
  }

  @Test func whatOthersChangedIsNamedAndPutBack() async throws {
    let desired = ConfigMap("a", data: ["x": "1"])
    var live = try await applier.apply(desired, live: nil).object
    live.data = ["x": "2"]
    let (outcome, object) = try await applier.apply(desired, live: live)
    #expect(outcome == .updated(drift: ["data.x"]))
    #expect(object.data == ["x": "1"])
  }

  @Test func aFieldThatIsNoLongerWantedIsAnUpdate() async throws {
    let live = try await applier.apply(ConfigMap("a", data: ["x": "1", "y": "2"]), live: nil).object
    #expect(try await applier.apply(ConfigMap("a", data: ["x": "1"]), live: live).outcome == .updated(drift: []))
  }

  @Test func anObjectWithoutTheHashIsTakenOver() async throws {
    let live = server.put(ConfigMap("a", data: ["x": "1"]))
    #expect(try await applier.apply(ConfigMap("a", data: ["x": "1"]), live: live).outcome == .updated(drift: []))
  }

  @Test func theHashDependsOnTheContentAlone() throws {
    let planner = ApplyPlanner(annotation: annotation)
    func hash(_ object: ConfigMap) throws -> String? { try planner.stamp(object).metadata.annotations?[annotation] }
    let keys = (0..<20).map { "key-\($0)" }
    let one = ConfigMap("a", data: Dictionary(uniqueKeysWithValues: keys.map { ($0, "x") }))
    let two = ConfigMap("a", data: Dictionary(uniqueKeysWithValues: keys.reversed().map { ($0, "x") }))
    #expect(try hash(one) == hash(two))
    #expect(try hash(planner.stamp(one)) == hash(one))
    #expect(try hash(one) != hash(ConfigMap("a", data: ["key-0": "x"])))
    #expect(try hash(one)?.count == 32)
  }

  @Test func anErrorOfTheServerIsPassedOn() async {
    server.setFault { _ in KubernetesError(.forbidden, status: 403, "no") }
    await #expect(throws: KubernetesError(.forbidden, status: 403, "no")) {
      _ = try await applier.apply(ConfigMap("a"), live: nil)
    }
  }
}
