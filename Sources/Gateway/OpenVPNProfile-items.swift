extension OpenVPNProfile {
  /// A directive with its place in the profile.
  struct Item {
    var line: Int
    var name: String
    var arguments: [String] = []
    /// The lines of an inline block.
    var block: [String]?
    /// Number of the `<connection>` around it, from 1.
    var connection: Int?
  }

  /// What is wrong with a profile, line by line.
  struct Refusals {
    /// Further ones are only counted, since the message becomes part of a status.
    static let maximumCount = 16
    private var items: [(line: Int, text: String)] = []

    /// - Parameter line: 0 for the profile as a whole, which comes last.
    mutating func add(_ line: Int, _ text: String) { items.append((line, text)) }

    /// All of them in one line, in the order of the profile; nil if there are none.
    var refusal: ConfigurationRefusal? {
      guard !items.isEmpty else { return nil }
      // A stable order: one line may be refused for two reasons.
      func place(_ entry: (offset: Int, element: (line: Int, text: String))) -> (Int, Int) {
        (entry.element.line == 0 ? Int.max : entry.element.line, entry.offset)
      }
      let sorted = items.enumerated().sorted { place($0) < place($1) }
      var texts = sorted.prefix(Self.maximumCount).map { _, item in
        item.line == 0 ? item.text : "line \(item.line): \(item.text)"
      }
      if sorted.count > Self.maximumCount { texts.append("and \(sorted.count - Self.maximumCount) more") }
      return ConfigurationRefusal(texts.joined(separator: "; "))
    }
  }

  /// Takes a profile apart into directives and blocks.
  static func items(of text: String, _ refusals: inout Refusals) -> [Item] {
    var items: [Item] = []
    var block: Item?
    var connection: (line: Int, number: Int)?
    var connections = 0
    for (index, rawLine) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let number = index + 1
      let line = trimmed(rawLine)
      // Compares the name alone: a copy of the block would make each line cost as much as all before it.
      if let name = block?.name {
        if line != "</\(name)>" {
          block?.block?.append(String(rawLine))
        } else if let finished = block.take() {
          items.append(finished)
        }
        continue
      }
      guard let first = line.first, first != "#", first != ";" else { continue }
      switch line {
      case "<connection>" where connection == nil:
        connections += 1
        connection = (number, connections)
      case "</connection>" where connection != nil: connection = nil
      case _ where first == "<":
        let name = String(line.dropFirst().dropLast())
        guard line.hasSuffix(">"), !name.isEmpty else {
          refusals.add(number, "a block that does not end with `>`: correct it")
          continue
        }
        guard name != "connection", name.first != "/" else {
          let known = name == "connection" || isBlock(String(name.dropFirst())) || name == "/connection"
          refusals.add(
            number,
            known ? "<\(name)> is out of place: correct it" : "a closing tag without an opening one: remove it"
          )
          continue
        }
        block = Item(line: number, name: name, block: [], connection: connection?.number)
      default:
        do {
          let words = try words(of: line)
          guard let word = words.first else { continue }
          // OpenVPN takes a leading `--` in files too.
          let name = word.hasPrefix("--") ? String(word.dropFirst(2)) : word
          items.append(
            Item(line: number, name: name, arguments: Array(words.dropFirst()), connection: connection?.number)
          )
        } catch { refusals.add(number, error.message) }
      }
    }
    if let block {
      refusals.add(
        block.line,
        isBlock(block.name) ? "<\(block.name)> is not closed: add </\(block.name)>" : unknownBlock(block.name)
      )
    }
    if let connection { refusals.add(connection.line, "<connection> is not closed: add </connection>") }
    return items
  }

  /// Whether OpenVPN has a block of this name. A message does not quote other names.
  private static func isBlock(_ name: String) -> Bool { OpenVPNDirective[name] != nil }

  /// The refusal of a block whose name must not be quoted.
  static func unknownBlock(_ name: String) -> String {
    "a block that the gateway does not know (\(length(of: name))): remove it"
  }

  /// The length of a word that must not be shown.
  static func length(of word: String) -> String {
    let count = word.unicodeScalars.count
    return count == 1 ? "1 character" : "\(count) characters"
  }
}
