import Foundation
import Testing

@testable import Gateway

/// The table of directives in docs/vpnconnection.md and the one that the gateway uses.
@Suite struct DocumentedDirectiveTests {
  static let header = "| What happens | Directives |"

  @Test func thePageHasTheGatewaysTable() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    let page = try String(contentsOf: root.appending(path: "docs/vpnconnection.md"), encoding: .utf8)
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
    let rows = lines.drop { $0 != Self.header }.dropFirst(2).prefix { $0.hasPrefix("| ") }
    var documented: [String: [String]] = [:]
    for row in rows {
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      documented[cells[0]] = cells[1].matches(of: /`([a-z0-9-]+)`/).map { String($0.1) }
    }
    var actual: [String: [String]] = [:]
    for (name, directive) in OpenVPNDirective.table { actual[Self.row(of: directive), default: []].append(name) }
    #expect(documented == actual.mapValues { $0.sorted() })
  }

  private static func row(of directive: OpenVPNDirective) -> String {
    switch directive {
    case .kept: "Kept, if the arguments are right"
    case .read: "Read, and written in the gateway's own way"
    case .set: "Set by the gateway itself"
    case .ignored: "Ignored, with a notice"
    case .material: "Only as an inline block"
    case .refused: "Refused"
    }
  }
}
