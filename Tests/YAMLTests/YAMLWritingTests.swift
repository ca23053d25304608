import Testing

@testable import YAML

@Suite struct YAMLWritingTests {
  struct Port: Codable, Equatable {
    var name: String
    var port: Int
    var note: String?
  }
  struct Service: Codable, Equatable {
    var kind: String
    var ports: [Port]
    var empty: [String]
    var labels: [String: String]
    var ready: Bool
    var ratio: Double
  }
  let service = Service(
    kind: "Service",
    ports: [Port(name: "http", port: 80, note: "yes"), Port(name: "dns", port: 53, note: nil)],
    empty: [],
    labels: ["b": "0644", "a": "line one\nline two\n"],
    ready: true,
    ratio: 0.5
  )

  @Test func keysKeepTheirOrderAndMisreadableStringsAreQuoted() throws {
    let text = try YAML.encode(service)
    #expect(
      text == """
        kind: Service
        ports:
        - name: http
          port: 80
          note: "yes"
        - name: dns
          port: 53
        empty: []
        labels:
          a: |
            line one
            line two
          b: "0644"
        ready: true
        ratio: 0.5

        """
    )
    #expect(try YAML.decode(Service.self, from: Array(text.utf8)) == service)
  }

  @Test func aTreeKeepsItsOrder() throws {
    let tree: YAMLValue = ["z": 1, "a": ["q": .null, "b": [:]], "yes": "=", "1": "<<"]
    let text = try YAML.write([tree, ["next": true]])
    #expect(text == "---\nz: 1\na:\n  q: null\n  b: {}\n\"yes\": \"=\"\n\"1\": \"<<\"\n---\nnext: true\n")
    #expect(try YAML.parse(Array(text.utf8)) == [tree, ["next": true]])
    #expect(try YAML.tree(of: ["tree": tree]) == ["tree": tree])
  }

  @Test func proseIsFoldedAndReadsBack() throws {
    let prose = Array(repeating: "A connection that is down says why.", count: 8).joined(separator: " ")
    let text = try YAML.write([["description": .string(prose)]])
    #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count <= 120 })
    #expect(try YAML.parse(Array(text.utf8)) == [["description": .string(prose)]])
  }

  @Test(arguments: [
    "", " ", "a ", " a", "a: b", "a #b", "- a", "#", "'", "\"", "\\", "\t", "\n", "\n\n", "a\n", "a\n\n", "\na",
    " \n a\n b ",
    "é", "\u{1f600}", "\u{85}", "\u{feff}", "\u{0}", "\u{7f}", "\r\n", "~", "null", "1:30:00", "2020-01-01T00:00:00Z",
    "0x",
    "---", "...", "%a", "@a", "`a", "!a", "&a", "*a", "[a", "{a", "a, b", "|", ">", "?", "? a", "1e400", "1_0", ".5",
    "08",
  ])
  func anyTextReadsBack(_ text: String) throws {
    let tree: YAMLValue = .object([.init(text, .string(text)), .init("list", [.string(text)])])
    let written = try YAML.write([tree])
    #expect(try YAML.parse(Array(written.utf8)) == [tree], "\(written)")
  }

  @Test func randomTextReadsBack() throws {
    let alphabet: [Character] = Array("ab :-#\n'\"\\01xe,.[]{}&*!|>%@~\té")
    for _ in 0..<3000 {
      let text = String((0..<Int.random(in: 0...80)).map { _ in alphabet.randomElement() ?? "a" })
      let written = try YAML.write([["k": .string(text)]])
      #expect(try YAML.parse(Array(written.utf8)) == [["k": .string(text)]], "\(written)")
    }
  }
}
