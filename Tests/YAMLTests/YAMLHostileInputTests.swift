import Testing

@testable import YAML

/// Input that is wrong, or meant to hurt, is refused with a place and a reason.
@Suite struct YAMLHostileInputTests {
  static let malformed: [(text: String, line: Int, column: Int, says: String)] = [
    ("a: 1\nb: 2\na: 3", 3, 1, "there twice"),
    ("a: 1\n\"a\": 3", 2, 1, "there twice"),
    ("yes: 1\ntrue: 3", 2, 1, "there twice"),
    ("a: [1, 2", 2, 1, "did not find expected"),
    ("a:\n\t- 1", 2, 1, "cannot start any token"),
    ("a: *b", 1, 4, "stands for nothing"),
    ("a: &a [*a]", 1, 8, "stands for nothing"),
    ("? [1]\n: 2", 1, 3, "must be a scalar"),
    ("~: 1", 1, 1, "must not be null"),
    ("a: .inf", 1, 4, "no number in JSON"),
    ("a: !!int x", 1, 4, "not understood"),
    ("<<: 5", 1, 1, "takes a mapping"),
    ("a: 1\nb: \u{1}", 2, 4, "control characters"),
  ]

  @Test(arguments: malformed) func refused(_ text: String, line: Int, column: Int, says: String) {
    let error = #expect(throws: YAMLError.self) { try YAML.parse(Array(text.utf8)) }
    #expect(error?.line == line)
    #expect(error?.column == column)
    #expect(error?.message.contains(says) == true, "\(error?.message ?? "")")
  }

  @Test func invalidUTF8IsRefusedWhereItStands() {
    let error = #expect(throws: YAMLError.self) { try YAML.parse(Array("a: 1\nb: ".utf8) + [0xff]) }
    #expect(error?.line == 2)
    #expect(error?.column == 4)
  }

  @Test func nestingIsBounded() {
    for (open, count) in [("[", 101), ("{a: ", 101), ("[", 100_000)] {
      let text = String(repeating: open, count: count)
      #expect(throws: YAMLError.self) { try YAML.parse(Array(text.utf8)) }
    }
    let fits = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    #expect(throws: Never.self) { try YAML.parse(Array(fits.utf8)) }
  }

  @Test func nestingByAliasesIsBounded() {
    var text = "a0: &a0 [[[[[[[[[[1]]]]]]]]]]\n"
    for level in 1...20 { text += "a\(level): &a\(level) [[[[[[[[[[*a\(level - 1)]]]]]]]]]]\n" }
    let error = #expect(throws: YAMLError.self) { try YAML.parse(Array(text.utf8)) }
    #expect(error?.message.contains("levels deep") == true)
  }

  @Test func anchorBombsAreChargedWhatTheyExpandTo() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",") + "]\n"
    }
    let error = #expect(throws: YAMLError.self) { try YAML.parse(Array(text.utf8)) }
    #expect(error?.message.contains("values") == true)
  }

  @Test func repeatedLongTextIsChargedByLength() {
    let text =
      "a: &a \(String(repeating: "x", count: 1 << 20))\nb: ["
      + Array(repeating: "*a", count: 100).joined(separator: ",") + "]"
    let error = #expect(throws: YAMLError.self) { try YAML.parse(Array(text.utf8)) }
    #expect(error?.message.contains("bytes of text") == true)
  }

  @Test func mergesOfMergesAreCharged() {
    var text = "a0: &a0 {k: 1}\n"
    for level in 1...30 { text += "a\(level): &a\(level) {<<: [*a\(level - 1), *a\(level - 1)], k\(level): 1}\n" }
    #expect(throws: YAMLError.self) { try YAML.parse(Array(text.utf8)) }
  }

  @Test func longInputIsRefusedUnread() {
    var limits = YAMLLimits()
    limits.inputBytes = 10
    #expect(throws: YAMLError.self) { try YAML.parse(Array("a: 1234567890".utf8), limits: limits) }
  }

  @Test func anyBytesAreSurvived() {
    var generator = SystemRandomNumberGenerator()
    let alphabet = Array("a: -[]{}&*!|>'\"%@`#,?\n\t \u{1}0x~<<".utf8) + [0xff, 0xc3, 0xa9, 0xef, 0xbb, 0xbf]
    for _ in 0..<5000 {
      let count = Int.random(in: 0...60, using: &generator)
      _ = try? YAML.parse((0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 })
    }
  }

  @Test func wrongTypesAreNamedByPathWithoutTheirValue() {
    struct Document: Decodable {
      struct Item: Decodable { var name: String }
      var items: [Item]
    }
    let wrong = #expect(throws: YAMLError.self) {
      try YAML.decode(Document.self, from: Array("items: [{name: a}, {name: 5309}]".utf8))
    }
    #expect(wrong?.description == "items[1].name: is not a string")
    let missing = #expect(throws: YAMLError.self) {
      try YAML.decode(Document.self, from: Array("items: [{}]".utf8))
    }
    #expect(missing?.description == "items[0].name: is missing")
  }
}
