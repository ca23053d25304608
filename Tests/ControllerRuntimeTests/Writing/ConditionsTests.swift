import Foundations
import Kubernetes
import Testing

@testable import ControllerRuntime

@Suite struct ConditionsTests {
  let then = Timestamp(seconds: 1_700_000_000)
  let now = Timestamp(microseconds: 1_700_000_600_123_456)

  private func existing(_ status: Conditions.Status) -> [Condition] {
    var conditions = Conditions(nil, generation: 1, now: then)
    conditions.set("Ready", status, reason: "Before", "before")
    return conditions.list
  }

  @Test func aNewReasonIsNoTransition() {
    var conditions = Conditions(existing(.false), generation: 2, now: now)
    conditions.set("Ready", .false, reason: "After", "after")
    #expect(
      conditions.list == [
        Condition(
          type: "Ready",
          status: "False",
          reason: "After",
          message: "after",
          lastTransitionTime: then,
          observedGeneration: 2
        )
      ]
    )
  }

  @Test func aNewStatusIsATransitionKeptToTheSecond() {
    var conditions = Conditions(existing(.false), generation: 2, now: now)
    conditions.set("Ready", .true, reason: "Before", "before")
    #expect(conditions["Ready"]?.lastTransitionTime == Timestamp(seconds: 1_700_000_600))
    #expect(conditions.isTrue("Ready"))
  }

  @Test func theSameAgainChangesNothing() {
    var conditions = Conditions(existing(.true), generation: 1, now: now)
    conditions.set("Ready", .true, reason: "Before", "before")
    #expect(conditions.list == existing(.true))
  }

  @Test func theSchemasDefaultIsNoStatusAnybodySet() {
    let unset = Condition(
      type: "Ready",
      status: "Unknown",
      reason: "Pending",
      message: "",
      lastTransitionTime: Timestamp(seconds: 0)
    )
    var conditions = Conditions([unset], generation: 1, now: now)
    conditions.set("Ready", .unknown, reason: "Waiting", "")
    #expect(conditions["Ready"]?.lastTransitionTime.seconds == 1_700_000_600)
  }

  @Test func conditionsKeepTheirOrder() {
    var conditions = Conditions(nil, generation: nil, now: now)
    for type in ["B", "A", "C"] { conditions.set(type, .true, reason: "R", "") }
    conditions.set("A", .false, reason: "R", "")
    conditions.remove("B")
    #expect(conditions.list.map(\.type) == ["A", "C"])
  }

  @Test func aMessageIsCutBetweenCharacters() throws {
    var conditions = Conditions(nil, generation: nil, now: now)
    conditions.set("Ready", .true, reason: "R", String(repeating: "ö", count: 20_000))
    let message = try #require(conditions["Ready"]?.message)
    #expect(message.utf8.count == 32_767)
    #expect(message.hasSuffix("ö…"))
  }

  @Test func theWorstPartDecides() {
    var conditions = Conditions(nil, generation: 1, now: now)
    conditions.set("A", .true, reason: "Fine", "")
    conditions.set("B", .unknown, reason: "Asking", "who knows")
    conditions.summarise(["A", "B", "C"], as: "Ready", whenTrue: "AllReady")
    #expect(conditions["Ready"]?.status == "Unknown")
    #expect(conditions["Ready"]?.reason == "Asking")
    conditions.set("C", .false, reason: "Broken", "it broke")
    conditions.summarise(["A", "B", "C"], as: "Ready", whenTrue: "AllReady")
    #expect(conditions["Ready"]?.status == "False")
    #expect(conditions["Ready"]?.message == "it broke")
    conditions.set("A", .false, reason: "Late", "too late")
    conditions.summarise(["A", "B", "C"], as: "Ready", whenTrue: "AllReady")
    #expect(conditions["Ready"]?.reason == "Late")
    #expect(conditions["Ready"]?.message == "A: too late; C: it broke")
  }

  @Test func aWholeWithAMissingPartWaitsForIt() {
    var conditions = Conditions(nil, generation: 1, now: now)
    conditions.set("A", .true, reason: "Fine", "")
    conditions.summarise(["A", "B"], as: "Ready", whenTrue: "AllReady")
    #expect(conditions["Ready"]?.status == "Unknown")
    #expect(conditions["Ready"]?.reason == "Waiting")
    #expect(conditions["Ready"]?.message == "not known yet: B")
    conditions.set("B", .true, reason: "Fine", "")
    conditions.summarise(["A", "B"], as: "Ready", whenTrue: "AllReady", message: "up")
    #expect(conditions["Ready"]?.status == "True")
    #expect(conditions["Ready"]?.reason == "AllReady")
    #expect(conditions["Ready"]?.message == "up")
  }
}
