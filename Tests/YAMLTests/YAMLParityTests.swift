import Testing

@testable import YAML

/// What kubectl 1.36.3 made of the same text (`kubectl label --local -f - a=b -o json`).
@Suite struct YAMLParityTests {
  static let scalars: [(String, YAMLValue)] = [
    ("y", true), ("n", false), ("Y", true), ("yes", true), ("on", true), ("Off", false), ("~", .null), ("", .null),
    ("null", .null), ("tRue", "tRue"),
    ("0644", 420), ("0o644", 420), ("0O17", 15), ("0x1F", 31), ("0X1f", 31), ("0b101", 5), ("0_7", 7), ("0o9", "0o9"),
    ("-0x10", -16), ("-010", -8), ("+0b1", 1), ("0x", "0x"), ("0o", "0o"), ("0b", "0b"), ("0x1p3", "0x1p3"),
    ("1_000", 1000), ("1__0", 10), ("_1", "_1"), ("+5", 5), ("-0", 0), ("+-5", "+-5"), ("+", "+"),
    ("089", .double(89)), ("1e3", .double(1000)), ("1E+3", .double(1000)), (".5", .double(0.5)), ("5.", .double(5)),
    ("-.5", .double(-0.5)), ("+.5", .double(0.5)), ("1.0", .double(1)), ("0.1e-5", .double(0.000001)), ("1e", "1e"),
    ("1.2.3", "1.2.3"), ("1e400", "1e400"), (".", "."), ("..", ".."),
    ("9223372036854775807", .int(.max)), ("9223372036854775808", .double(9_223_372_036_854_775_808)),
    ("1:30", "1:30"), ("2020-01-01", "2020-01-01"), ("nan", "nan"), ("inf", "inf"), ("Infinity", "Infinity"),
    ("!!str 5", "5"), ("!!int \"5\"", 5), ("!!bool yes", true), ("!!float 3", .double(3)), ("!foo 5", "5"),
    ("! 5", "5"), ("'yes'", "yes"), ("\"0644\"", "0644"),
  ]

  @Test(arguments: scalars) func scalar(_ text: String, _ expected: YAMLValue) throws {
    #expect(try YAML.parse(Array("k: \(text)".utf8)) == [["k": expected]])
  }

  @Test(arguments: [("yes", "true"), ("5", "5"), ("1.5", "1.5"), ("0x10", "16"), ("2020-01-01", "2020-01-01")])
  func key(_ text: String, _ expected: String) throws {
    #expect(try YAML.parse(Array("\(text): 1".utf8)) == [.object([.init(expected, 1)])])
  }

  @Test func explicitKeysWinOverMergedOnes() throws {
    let text = "a: &a {x: 1, w: 2}\nb: {<<: *a, w: 3}\nc:\n  w: 4\n  <<: [*a, {z: 5}]\n"
    let document = try #require(try YAML.parse(Array(text.utf8)).first)
    #expect(document["b"] == ["w": 3, "x": 1])
    #expect(document["c"] == ["w": 4, "x": 1, "z": 5])
  }

  @Test func documentsAreSeparateAndEmptyOnesSkipped() throws {
    let text = "# nothing\n---\na: 1\n---\n---\na: 2\n...\n"
    struct Document: Decodable, Equatable { var a: Int }
    #expect(try YAML.decodeAll(Document.self, from: Array(text.utf8)) == [Document(a: 1), Document(a: 2)])
    #expect(throws: YAMLError.self) { try YAML.decode(Document.self, from: Array(text.utf8)) }
  }

  @Test func readsJSONAndAByteOrderMark() throws {
    let text = "\u{feff}{\"a\": [1, \"x\\u00e9\\n\", null, {\"b\": false}]}"
    #expect(try YAML.parse(Array(text.utf8)) == [["a": [1, "xé\n", .null, ["b": false]]]])
  }
}
