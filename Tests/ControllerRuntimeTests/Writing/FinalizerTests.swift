import Foundations
import Kubernetes
import KubernetesTesting
import Testing

@testable import ControllerRuntime

@Suite struct FinalizerTests {
  private let server = MemoryServer()
  private let ours = "example.com/ours"

  private func stored(_ finalizers: [String]?, isDeleted: Bool = false) -> ConfigMap {
    var object = ConfigMap("a")
    object.metadata.finalizers = finalizers
    if isDeleted { object.metadata.deletionTimestamp = Timestamp(seconds: 1) }
    return server.put(object)
  }
  private var finalizers: [String]? { server.object(ConfigMap.self, key("a"))?.metadata.finalizers }

  @Test(arguments: [nil, [], ["theirs"]] as [[String]?])
  func isAddedBesideWhatIsThere(_ before: [String]?) async throws {
    let after = try await Finalizer.add(ours, to: stored(before), server)
    #expect(finalizers == (before ?? []) + [ours])
    #expect(after.metadata.finalizers == finalizers)
    #expect(server.calls == ["patch ConfigMap team/a"])
  }

  @Test func nothingIsWrittenWhereItIsAlready() async throws {
    try await Finalizer.add(ours, to: stored([ours]), server)
    #expect(server.calls == [])
  }

  @Test func nothingIsAddedToWhatIsBeingDeleted() async throws {
    try await Finalizer.add(ours, to: stored(["theirs"], isDeleted: true), server)
    #expect(server.calls == [])
  }

  @Test(arguments: [nil, ["first"]] as [[String]?])
  func whatSomebodyElseAddedMeanwhileStays(_ before: [String]?) async throws {
    let cached = stored(before)
    var fresh = cached
    fresh.metadata.finalizers = (before ?? []) + ["second"]
    server.put(fresh)
    try await Finalizer.add(ours, to: cached, server)
    #expect(finalizers == (before ?? []) + ["second", ours])
    #expect(server.calls == ["patch ConfigMap team/a", "get ConfigMap team/a", "patch ConfigMap team/a"])
  }

  @Test func onlyOursIsRemovedWhereverItStandsNow() async throws {
    let cached = stored([ours, "theirs"])
    var fresh = cached
    fresh.metadata.finalizers = ["new", "theirs", ours]
    server.put(fresh)
    try await Finalizer.remove(ours, from: cached, server)
    #expect(finalizers == ["new", "theirs"])
  }

  @Test func anObjectThatIsGoneNeedsNoRemoval() async throws {
    let cached = stored([ours])
    try await server.delete(ConfigMap.self, key("a"), DeleteOptions())
    try await Finalizer.remove(ours, from: cached, server)
  }

  @Test func anotherObjectOfThatNameIsLeftAlone() async throws {
    let cached = stored([ours])
    var other = ConfigMap("a")
    other.metadata.uid = "another"
    other.metadata.finalizers = [ours]
    server.put(other)
    try await Finalizer.remove(ours, from: cached, server)
    #expect(finalizers == [ours])
    await #expect(throws: KubernetesError.self) { try await Finalizer.add("second", to: cached, server) }
    #expect(finalizers == [ours])
  }

  @Test func aGuardThatNeverHoldsIsAnErrorInTheEnd() async throws {
    server.setFault { $0.hasPrefix("patch") ? KubernetesError(.conflict, status: 409, "again") : nil }
    let object = stored(nil)
    await #expect(throws: KubernetesError.self) { try await Finalizer.add(ours, to: object, server) }
    #expect(server.calls.filter { $0.hasPrefix("patch") }.count == Finalizer.attempts)
  }

  @Test func otherErrorsAreNotTriedAgain() async throws {
    server.setFault { $0.hasPrefix("patch") ? KubernetesError(.forbidden, status: 403, "no") : nil }
    let object = stored(nil)
    await #expect(throws: KubernetesError.self) { try await Finalizer.add(ours, to: object, server) }
    #expect(server.calls.count == 1)
  }
}
