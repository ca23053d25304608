internal import CloudLinkerAPI
internal import Foundation
import Foundations
internal import Kubernetes
internal import KubernetesTesting
internal import Testing

@testable internal import cloudlinker_bench

/// Examples, pages, the end-to-end suite and the bench apply nothing that this version refuses.
@Suite struct SampleObjectTests {
  @Test func `the operator accepts every sample object`() throws {
    let samples = try SampleObject.all()
    #expect(samples.count > 40)
    for sample in samples where sample.refusal == nil {
      let errors = try OwnVerdict.errors(sample.type, sample.object)
      #expect(errors.map(\.description) == [], "\(sample)")
    }
  }

  @Test func `the operator accepts every forward of the bench, and their ports differ`() {
    let forwards = (0..<10_000).map { PortForward.forBench($0, of: "office", in: "bench") }
    for forward in forwards { #expect(forward.validate().map(\.description) == [], "\(forward.metadata.name)") }
    #expect(Set(forwards.map { $0.spec.ports[0].port }).count == forwards.count)
  }
}

/// The same on the custom-resource server of Kubernetes 1.36, where schema and CEL rules speak first.
@Suite(.enabled(if: TestControlPlane.hasCustomResourceServer, "needs KUBEBUILDER_ASSETS and CLOUDLINKER_CRD_SERVER"))
struct ModernServerSampleTests {
  @Test func `every sample object is accepted, every field known`() async throws {
    let server = try await APIServers.modern()
    var versions: Set<String> = []
    for sample in try SampleObject.all() where sample.refusal == nil {
      versions.insert(sample.type.version)
      let answer = try await server.dryRun(sample.type, sample.object, strict: true)
      #expect(answer.status == 201, "\(sample): \(answer.message)")
    }
    #expect(versions == Set(CloudLinker.servedVersions))
  }

  @Test func `a server that refuses what must be refused says what the end-to-end suite looks for`() async throws {
    let server = try await APIServers.modern()
    var refusals = 0
    for sample in try SampleObject.all() {
      guard let words = sample.refusal else { continue }
      let answer = try await server.dryRun(sample.type, sample.object, strict: true)
      guard !answer.isSuccess else { continue }
      refusals += 1
      for word in words { #expect(answer.message.contains(word), "\(sample): \(answer.message)") }
    }
    #expect(refusals >= 5)
  }

  @Test(arguments: [0, 5_020, 5_021, 9_999])
  func `forwards of the bench are accepted`(index: Int) async throws {
    let forward = PortForward.forBench(index, of: "office", in: "default")
    let type = PortForward.resourceType
    let object = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(forward))
      .replacing("apiVersion", .string(type.apiVersion)).replacing("kind", .string(type.kind))
    let answer = try await APIServers.modern().dryRun(type, object, strict: true)
    #expect(answer.status == 201, "\(answer.message)")
  }
}
