import Testing

@testable import CloudNetworks

@Suite struct TagRecordTests {
  private let record = TagRecord(of: ["team": "platform", "cost": "7"])

  @Test func whatWasWrittenIsReadAndAnythingElseIsNothing() {
    #expect(TagRecord(record.text) == record && record.text?.utf8.count == 12)
    #expect(TagRecord(nil).text == nil && TagRecord(of: [:]).text == nil)
    for text in ["abc", "abcdefg", "ABCDEF", "abcde!", "äöü"] { #expect(TagRecord(text).text == nil, "\(text)") }
  }

  @Test func fortyLongTagsFitIntoOne() {
    let tags = Dictionary(
      uniqueKeysWithValues: (0..<40).map { (String(repeating: "k", count: 120) + "\($0)", "v") }
    )
    #expect(TagRecord(of: tags).text?.utf8.count == 240)
  }

  @Test func onlyWhatWeSetAndNobodyChangedIsStale() {
    let found = ["team": "platform", "cost": "8", "kubernetes.io/cluster/x": "owned"]
    #expect(record.stale(in: found, wanted: [:]) == ["team"])
    #expect(record.stale(in: found, wanted: ["team": "network"]) == [])
  }

  @Test func whatOthersHadSetAlreadyIsNotClaimed() {
    let updated = TagRecord(nil).updated(["cost": "7", "team": "x"], wanted: ["cost": "7", "team": "platform"])
    #expect(updated == TagRecord(of: ["team": "platform"]))
    #expect(updated.updated(["team": "platform"], wanted: ["team": "platform"]) == updated)
  }
}
