package import Twingate

extension Ports {
  /// A mistake in a list of ports.
  package struct Mistake: Error, Sendable, Hashable, CustomStringConvertible {
    package var description: String
  }

  /// Reads `443`, `8000-8010`, and a single `*`. An empty list opens no port.
  package init(parsing texts: [String]) throws(Mistake) {
    if texts == ["*"] {
      self = .all
      return
    }
    var ranges: [ClosedRange<UInt16>] = []
    for text in texts {
      guard text != "*" else { throw Mistake(description: "\"*\" stands for every port, so give it by itself") }
      let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(Self.port)
      guard let first = parts[0], parts.count <= 2, let last = parts.count == 2 ? parts[1] : first, first <= last else {
        throw Mistake(description: "\"\(text)\" is no port and no range from the lower to the higher, 1 to 65535")
      }
      ranges.append(first...last)
    }
    self.init(ranges)
  }

  private static func port(_ text: Substring) -> UInt16? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text.first != "0" else { return nil }
    return UInt16(text)
  }
}
