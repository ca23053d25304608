extension OpenVPNProfile {
  /// Bytes of a line that OpenVPN reads, without the newline: OPTION_LINE_SIZE in its options.h is 256, and a line that
  /// fills it is refused.
  static let maximumLineLength = 254

  /// Splits as OpenVPN's parse_line does: blanks, single and double quotes, backslash, and `#` or `;` after a blank.
  static func words(of line: String, number: Int) throws(ConfigurationRefusal) -> [String] {
    guard line.utf8.count <= maximumLineLength else { throw ConfigurationRefusal("line \(number) is too long") }
    var words: [String] = []
    var word: String?
    var quote: Unicode.Scalar?
    var escaped = false
    for scalar in line.unicodeScalars {
      if scalar.value < 0x20 && scalar != "\t" || scalar.value == 0x7f {
        throw ConfigurationRefusal("line \(number): control characters are not allowed")
      }
      if escaped {
        word = (word ?? "") + String(scalar)
        escaped = false
      } else if scalar == "\\" && quote != "'" {
        escaped = true
      } else if let current = quote {
        if scalar == current { quote = nil } else { word = (word ?? "") + String(scalar) }
      } else if scalar == "\"" || scalar == "'" {
        quote = scalar
        word = word ?? ""
      } else if scalar == " " || scalar == "\t" {
        if let finished = word { words.append(finished) }
        word = nil
      } else if word == nil && (scalar == "#" || scalar == ";") {
        return words
      } else {
        word = (word ?? "") + String(scalar)
      }
    }
    guard quote == nil, !escaped else { throw ConfigurationRefusal("line \(number): a quote is not closed") }
    if let word { words.append(word) }
    return words
  }

  static func rendered(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
      (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || "-_.:/+,=@".utf8.contains(byte)
    }
    return plain && !word.isEmpty ? word : OpenVPNRendering.quoted(word)
  }

  static func trimmed(_ line: Substring) -> String {
    var line = line
    while line.first?.isWhitespace == true { line.removeFirst() }
    while line.last?.isWhitespace == true { line.removeLast() }
    return String(line)
  }
}
