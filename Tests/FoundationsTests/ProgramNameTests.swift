import Foundations
import Testing

@Suite struct ProgramNameTests {
  @Test func itIsTheLastPartOfThePathAndFitForAHeader() throws {
    let path = try #require(CommandLine.arguments.first)
    let name = ProgramName.current
    #expect(path.hasSuffix(name) && !name.isEmpty)
    #expect(!name.contains { $0 == "/" || $0.isWhitespace })
  }
}
