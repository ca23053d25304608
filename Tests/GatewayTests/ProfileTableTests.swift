import FoundationEssentials
import Foundations
import Gateway
import TestSupport
import Testing

/// Profiles of makers, scripts and providers, from end to end.
@Suite struct ProfileTableTests {
  @Test(arguments: MakersProfiles.rows.indices)
  func aProfileRendersToWhatItShould(index: Int) throws {
    let row = MakersProfiles.rows[index]
    let text = try row.text ?? ProfileFixtures.bytes(row.name)
    var rendering: OpenVPNRendering?
    let message = refusal { rendering = try ProfileFixtures.rendering(text) }
    switch row.outcome {
    case .accepted(let ignored):
      let configuration = try #require(rendering, "\(row.name): \(message ?? "")").text
      for line in row.lines { #expect(configuration.contains("\n\(line)"), "\(row.name) lacks \(line)") }
      let profile = try OpenVPNProfile(parsing: String(decoding: text, as: UTF8.self), hasCredentials: true)
      let notice = profile.notice ?? ""
      #expect(notice.isEmpty == ignored.isEmpty, "\(row.name): \(notice)")
      let names = notice.prefix { $0 != ":" }.split { " ,".contains($0) }.map(String.init)
      for name in ignored { #expect(names.contains(name), "\(row.name): \(notice)") }
      #expect(names.count <= ignored.count + 5, "\(row.name): \(notice)")
    case .refused(let words):
      for words in words { #expect(message?.contains(words) == true, "\(row.name): \(message ?? "accepted")") }
    }
  }

  @Test func everyFileIsInTheTable() {
    let files = Shell.run("ls \"$1\"", [ProfileFixtures.folder.path()]).output.split(separator: "\n")
    #expect(files.map { String($0.dropLast(".ovpn".count)) }.sorted() == MakersProfiles.files.map(\.name).sorted())
  }
}
