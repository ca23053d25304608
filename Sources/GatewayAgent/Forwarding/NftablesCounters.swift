enum NftablesCounters {
  /// Packets by counter, from the output of `nft list counters`.
  static func parse(_ text: String) -> [String: Int64] {
    var counts: [String: Int64] = [:]
    var name: String?
    for line in text.split(separator: "\n") {
      let words = line.split { $0 == " " || $0 == "\t" }
      if words.count >= 2, words[0] == "counter" { name = String(words[1]) }
      if let current = name, words.count >= 2, words[0] == "packets", let count = Int64(words[1]) {
        counts[current] = count
        name = nil
      }
    }
    return counts
  }
}
