import Testing

@testable import AWS

@Suite struct XMLReaderTests {
  private func read(_ text: String, limits: XMLReader.Limits = XMLReader.Limits()) throws(XMLReader.Failure)
    -> XMLElement
  { try XMLReader.read(Array(text.utf8), limits: limits) }

  @Test func listsTagsAndLeavesAreFoundByName() throws {
    let root = try read(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <R xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
        <n> 7</n><on>true</on><empty/>
        <set><item><id>a&amp;b &#x2603;</id></item><item><id>2</id></item><other/></set>
        <tagSet><item><key>k</key><value>v</value></item><item><key>none</key><value/></item></tagSet>
      </R>
      """
    )
    #expect(root.string("n") == " 7")
    #expect(root.bool("on"))
    #expect(root["empty"] != nil && root.string("empty") == nil)
    #expect(root.list("set").map { $0.string("id") } == ["a&b ☃", "2"])
    #expect(root.list("missing").isEmpty)
    #expect(root.tags() == ["k": "v", "none": ""])
  }

  @Test(arguments: [
    ("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "the answer has a document type"),
    ("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", "the answer has a document type"),
    ("<a>&x;</a>", "the answer is not XML: undefined entity in line 1"),
    ("<a><b></a>", "the answer is not XML: mismatched tag in line 1"),
    ("", "the answer is not XML: no element found in line 1"),
    ("{\"a\": 1}", "the answer is not XML: not well-formed (invalid token) in line 1"),
    ("<a>\u{1}</a>", "the answer is not XML: not well-formed (invalid token) in line 1"),
  ])
  func hostileTextIsRefused(text: String, message: String) {
    #expect(throws: XMLReader.Failure(message: message)) { try read(text) }
  }

  @Test func depthElementsAndBytesAreLimited() {
    var limits = XMLReader.Limits()
    limits.depth = 3
    #expect(throws: Never.self) { try read("<a><b><c/></b></a>", limits: limits) }
    #expect(throws: XMLReader.Failure(message: "the answer has elements nested deeper than 3")) {
      try read("<a><b><c><d/></c></b></a>", limits: limits)
    }
    limits.elements = 2
    #expect(throws: XMLReader.Failure(message: "the answer has more than 2 elements")) {
      try read("<a><b/><b/></a>", limits: limits)
    }
    limits.bytes = 4
    #expect(throws: XMLReader.Failure(message: "the answer is larger than 4 bytes")) {
      try read("<a></a>", limits: limits)
    }
  }

  @Test func aThousandNestedElementsDoNotReachTheStack() {
    #expect(throws: XMLReader.Failure.self) { try read(String(repeating: "<a>", count: 100_000)) }
  }
}
