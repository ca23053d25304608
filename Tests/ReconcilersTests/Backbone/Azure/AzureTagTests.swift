import Azure
import CloudResources
import Foundations
import Testing

@testable import CloudNetworks
@testable import Reconcilers

/// Tags that come into the spec, change there and leave it.
@Suite struct AzureTagTests {
  private let tagged: [AzureRole] = [
    .group, .network, .routes, .firewall("private-a"), .address("1"), .nat("1"),
  ]

  @Test func aTagTakenOutOfTheSpecGoesFromEverythingOfOursAndOthersStay() async throws {
    var rig = AzureRig { $0.tags = ["team": "blue", "Cost": "7"] }
    _ = try await rig.converge()
    for role in tagged {
      #expect(rig.fake[rig.names.id(role)]?["tags", "Cost"] == "7")
      rig.fake[rig.names.id(role)]?["tags", "theirs"] = "1"
    }
    rig.desired.tags = ["team": "blue"]
    let (plan, done) = try await rig.converge()
    #expect(done.allSatisfy { $0.hasPrefix("tag ") } && plan.repairs.isEmpty)
    for role in tagged {
      let tags = rig.fake[rig.names.id(role)]?["tags"]
      #expect(tags?["Cost"] == nil && tags?["theirs"] == "1" && tags?["team"] == "blue", "\(role)")
    }
    rig.desired.tags = [:]
    _ = try await rig.converge()
    for role in tagged {
      let tags = rig.fake[rig.names.id(role)]?["tags"]
      #expect(tags?["team"] == nil && tags?["cloudlinker.dev-tags"] == nil && tags?["theirs"] == "1", "\(role)")
    }
  }

  @Test func everyPartStaysReadyWhileTagsChange() async throws {
    var rig = AzureRig()
    _ = try await rig.converge()
    rig.desired.tags = ["team": "red"]
    let plan = try await rig.plan()
    #expect(plan.actions.count == 9 && plan.parts.values.allSatisfy { $0 == .ready }, "\(plan.parts)")
    #expect(plan.isReady && plan.waiting.isEmpty && plan.later.isEmpty)
  }

  /// Azure gives names of tags back in another case when it likes.
  @Test func theCaseOfANameDoesNotMatter() async throws {
    var rig = AzureRig { $0.tags = ["team": "blue"] }
    _ = try await rig.converge()
    let id = rig.networkID
    let tags = try #require(rig.fake[id]?["tags"]).object
    rig.fake[id]?["tags"] = .object(Dictionary(uniqueKeysWithValues: tags.map { ($0.key.uppercased(), $0.value) }))
    let (_, done) = try await rig.converge()
    #expect(done == [])
    rig.desired.tags = [:]
    _ = try await rig.converge()
    #expect(rig.fake[id]?["tags", "TEAM"] == nil)
  }

  @Test func aReleaseTakesTheRecordToo() async throws {
    let rig = AzureRig()
    _ = try await rig.converge()
    _ = try await rig.converge(.released)
    #expect(rig.fake[rig.networkID]?["tags"]?.object.keys.sorted() == ["team"])
  }
}
