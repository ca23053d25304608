import CloudLinkerAPI
import ControllerRuntime
import Foundations
import Kubernetes
import Testing

@testable import Reconcilers

@Suite struct PortForwardCompactedTests {
  private let message = "1 port leads through VPNConnection office"

  /// With a message of its own storage, as a decoder makes it.
  private func forward(_ name: String) -> PortForward {
    var forward = Fixture.forward(name)
    var status = PortForwardStatus()
    status.conditions = [
      Condition(
        type: "DependenciesReady",
        status: "True",
        reason: "AsExpected",
        message: String(decoding: Array(message.utf8), as: UTF8.self),
        lastTransitionTime: Fixture.now
      )
    ]
    forward.status = status
    return forward
  }

  private func storage(_ forward: PortForward) throws -> UnsafeRawPointer? {
    var text = try #require(forward.status?.conditions?.first).message
    return text.withUTF8 { UnsafeRawPointer($0.baseAddress) }
  }

  @Test func nothingButKubectlsCopyIsLost() {
    var forward = forward("a")
    let compacted = forward.compacted(SharedStrings())
    #expect(compacted == forward)
    forward.metadata.annotations = ["kubectl.kubernetes.io/last-applied-configuration": "{}", "team": "red"]
    #expect(forward.compacted(SharedStrings()).metadata.annotations == ["team": "red"])
  }

  @Test func aMessageThatManyForwardsHaveIsKeptOnce() throws {
    let strings = SharedStrings()
    let (first, second) = (forward("a"), forward("b"))
    #expect(try storage(first) != storage(second))
    #expect(try storage(first.compacted(strings)) == storage(second.compacted(strings)))
  }
}
