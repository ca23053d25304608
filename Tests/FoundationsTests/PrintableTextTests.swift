import Foundations
import Testing

@Suite struct PrintableTextTests {
  /// What a terminal, a viewer of logs or `kubectl describe` obeys instead of showing it.
  static let steering: [Unicode.Scalar] = [
    "\u{00}", "\u{0a}", "\u{1b}", "\u{7f}", "\u{80}", "\u{85}", "\u{9b}", "\u{9f}", "\u{61c}", "\u{200e}", "\u{200f}",
    "\u{2028}", "\u{2029}", "\u{202a}", "\u{202e}", "\u{2066}", "\u{2069}", "\u{feff}", "\u{e0041}",
  ]

  private func lines(_ format: Logger.Format, _ log: (Logger) -> Void) -> String {
    let lines = Locked("")
    log(Logger(format: format, time: VirtualTimeSource(), write: { line in lines.withLock { $0 += line } }))
    return lines.withLock { $0 }
  }

  @Test(arguments: steering) func whatIsNotVisibleIsReplaced(scalar: Unicode.Scalar) {
    #expect("a\(scalar)b".printable() == "a?b")
    #expect("a\(scalar)b".printable(replacement: " ") == "a b")
  }

  @Test(arguments: steering) func noLogLineHasItRaw(scalar: Unicode.Scalar) {
    for format in [Logger.Format.text, .json] {
      let line = lines(format) { $0.info("said \(scalar)", ["name": .string("a\(scalar)b")]) }
      let code = scalar.utf16.map {
        "\\u" + String(repeating: "0", count: 4 - String($0, radix: 16).count) + String($0, radix: 16)
      }
      let escape = scalar == "\n" ? "\\n" : code.joined()
      #expect(line.components(of: escape) == 2)
      #expect(line.dropLast().unicodeScalars.allSatisfy { $0.isVisible })
    }
  }

  @Test func languagesAndEmojiStayAsTheyAre() {
    let text = "Zürich, 東京, القاهرة, ✓ 🛰"
    #expect(text.printable() == text)
    #expect(lines(.text) { $0.info(text) }.hasSuffix("INFO \(text)\n"))
  }

  @Test func longTextsAreCut() {
    #expect("abcdef".printable(limit: 3) == "ab…")
    #expect("abc".printable(limit: 3) == "abc")
  }
}

extension String {
  fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
