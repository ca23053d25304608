import Gateway
import Testing

@Suite struct PrintableTextTests {
  @Test(arguments: [
    "\u{0}", "\n", "\u{1b}", "\u{7f}", "\u{85}", "\u{9b}", "\u{61c}", "\u{200e}", "\u{202e}", "\u{2028}", "\u{2066}",
    "\u{2069}", "\u{feff}", "\u{e0041}",
  ])
  func whatTakesOverATerminalOrHidesIsReplaced(scalar: String) {
    #expect(printable("a\(scalar)b") == "a?b")
  }

  @Test func otherLettersStay() { #expect(printable("Köln ж 網 100 % \"x\"") == "Köln ж 網 100 % \"x\"") }

  @Test func aCutTextSaysSo() {
    #expect(printable("abcdef", limit: 6) == "abcdef")
    #expect(printable("abcdefg", limit: 6) == "abcde…")
    #expect(printable("", limit: 6) == "")
  }

  @Test func ofAListTheFirstAreNamed() {
    #expect(listed(["a", "b", "c"]) == "a, b, c")
    #expect(listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more")
    #expect(listed([]) == "")
  }
}
