import CloudLinkerAPI
import FoundationEssentials
import Gateway
import Testing

@testable import Reconcilers

/// The list of reasons is what alerts and runbooks are written against.
@Suite struct ReasonTests {
  /// By the schema's default, and by gateways that report it by name.
  private static let elsewhere = Set(["Pending"] + GatewayStatus.Failure.allCases.map(\.rawValue))

  @Test func everyReasonIsGivenSomewhere() throws {
    let sources = try Self.sources(in: "Sources/Reconcilers") + Self.sources(in: "Sources/Cloud")
    for reason in Reason.allCases where !Self.elsewhere.contains(reason.rawValue) {
      let name = String(describing: reason)
      let isGiven = sources.contains { text in
        text.contains("\"\(reason.rawValue)\"") || Self.mentions(text, ".\(name)")
      }
      #expect(isGiven, "nothing gives the reason \(reason.rawValue): remove it")
    }
  }

  @Test func everyConditionTypeIsSetSomewhere() throws {
    let sources = try Self.sources(in: "Sources/Reconcilers")
    for type in ConditionType.allCases {
      let name = String(describing: type)
      #expect(sources.contains { Self.mentions($0, ".\(name)") }, "nothing sets the condition \(type.rawValue)")
    }
  }

  @Test func whatAGatewayReportsIsAReason() {
    for failure in GatewayStatus.Failure.allCases { #expect(Reason(rawValue: failure.rawValue) != nil, "\(failure)") }
  }

  /// As a whole word: `.connected` is not a mention of `.connect`.
  private static func mentions(_ text: String, _ word: String) -> Bool {
    text.split(separator: word, omittingEmptySubsequences: false).dropFirst().contains { rest in
      guard let next = rest.first else { return true }
      return !next.isLetter && !next.isNumber
    }
  }

  private static func sources(in folder: String) throws -> [String] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: folder)
    let names = try FileManager.default.subpathsOfDirectory(atPath: root.path())
    return try names.filter { $0.hasSuffix(".swift") }.map { name in
      try String(contentsOf: root.appending(path: name), encoding: .utf8)
    }
  }
}
