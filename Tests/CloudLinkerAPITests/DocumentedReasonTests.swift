internal import CloudLinkerAPI
internal import Foundation
internal import Testing

/// The tables of reasons in docs/ and the list that the operator uses.
@Suite struct DocumentedReasonTests {
  /// A table of reasons begins with this line.
  static let header = "| Reason | Meaning | What to do |"
  static let pages = ["vpnconnection", "portforward", "backbone", "privatecluster"]

  /// The names in the first column of a page's table of reasons.
  private func documented(_ page: String) throws -> [String] {
    let file = Repository.root.appending(path: "docs/\(page).md")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
    let table = lines.drop { $0 != Self.header }.dropFirst(2).prefix { $0.hasPrefix("| ") }
    return table.flatMap { row in
      let cell = row.dropFirst().prefix { $0 != "|" }
      return cell.matches(of: /`([A-Za-z]+)`/).map { String($0.1) }
    }
  }

  @Test func `every reason is explained on the page of a kind`() throws {
    let explained = Set(try Self.pages.flatMap(documented))
    for reason in Reason.allCases { #expect(explained.contains(reason.rawValue), "\(reason.rawValue) is in no table") }
  }

  @Test(arguments: pages)
  func `a page explains no reason that does not exist, and none twice`(page: String) throws {
    let names = try documented(page)
    #expect(names.count > 5)
    #expect(Set(names).count == names.count)
    for name in names { #expect(Reason(rawValue: name) != nil, "\(page).md explains \(name)") }
  }
}
