import Foundations
import Kubernetes
import Testing

@testable import ControllerRuntime

@Suite struct PredicateTests {
  private typealias Choice = Predicate<ConfigMap>
  private func change(_ edit: (inout ConfigMap) -> Void) -> Change<ConfigMap> {
    var old = ConfigMap("a", version: "1")
    old.metadata.uid = "uid"
    old.metadata.generation = 1
    old.metadata.labels = ["app": "x"]
    var new = old
    new.metadata.resourceVersion = "2"
    edit(&new)
    return Change(old: old, new: new)
  }

  @Test func aStatusWriteIsNoChangeOfTheSpec() {
    let statusWrite = change { _ in }
    #expect(!Choice.generationChanged.accepts(statusWrite))
    #expect(!Choice.specOrMetadataChanged.accepts(statusWrite))
    #expect(Choice.any.accepts(statusWrite))
  }

  @Test func eachPartIsSeenByItsOwnPredicateAlone() {
    let all: [(Choice, Change<ConfigMap>)] = [
      (.generationChanged, change { $0.metadata.generation = 2 }),
      (.annotationsChanged, change { $0.metadata.annotations = ["a": "b"] }),
      (.labelsChanged, change { $0.metadata.labels = nil }),
      (.finalizersChanged, change { $0.metadata.finalizers = ["f"] }),
      (.deletionBegan, change { $0.metadata.deletionTimestamp = Timestamp(seconds: 1) }),
    ]
    for (row, (predicate, _)) in all.enumerated() {
      for (column, (_, change)) in all.enumerated() { #expect(predicate.accepts(change) == (row == column)) }
    }
    for (_, change) in all { #expect(Choice.specOrMetadataChanged.accepts(change)) }
  }

  @Test func comingGoingAndBeingReplacedCountAlways() {
    let object = ConfigMap("a", version: "1")
    #expect(Choice.generationChanged.accepts(Change(old: nil, new: object)))
    #expect(Choice.generationChanged.accepts(Change(old: object, new: nil)))
    #expect(Choice.generationChanged.accepts(change { $0.metadata.uid = "another" }))
  }

  @Test func aLabelOnEitherSideCounts() {
    let unlabelled = change { $0.metadata.labels = nil }
    #expect(Choice.labelled("app").accepts(unlabelled))
    #expect(Choice.labelled("app", "x").accepts(unlabelled))
    #expect(!Choice.labelled("app", "y").accepts(unlabelled))
    #expect(!Choice.labelled("other").accepts(unlabelled))
  }

  @Test func predicatesCombine() {
    let generation = change { $0.metadata.generation = 2 }
    #expect((Choice.generationChanged || .labelsChanged).accepts(generation))
    #expect(!(Choice.generationChanged && .labelsChanged).accepts(generation))
    #expect((Choice.generationChanged && !Choice.labelsChanged).accepts(generation))
  }
}
