extension OpenVPNProfile {
  /// Bytes of a line that OpenVPN reads, without the newline: OPTION_LINE_SIZE in its options.h is 256, and a line that
  /// fills it is refused.
  static let maximumLineLength = 254

  /// Splits as OpenVPN's parse_line does: blanks, single and double quotes, backslash, and `#` or `;` after a blank.
  /// - Throws: what is wrong with the line, and what to do.
  static func words(of line: String) throws(ConfigurationRefusal) -> [String] {
    guard line.utf8.count <= maximumLineLength else {
      throw ConfigurationRefusal("it is too long: OpenVPN reads \(maximumLineLength) bytes of a line: shorten it")
    }
    var words: [String] = []
    var word: String?
    var quote: Unicode.Scalar?
    var escaped = false
    for scalar in line.unicodeScalars {
      if scalar.value < 0x20 && scalar != "\t" || scalar.value == 0x7f {
        throw ConfigurationRefusal("control characters are not allowed: remove them")
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
    guard quote == nil, !escaped else { throw ConfigurationRefusal("a quote is not closed: close it") }
    if let word { words.append(word) }
    return words
  }

  /// The whole argument and its parts, without the words that many profiles share.
  static func confidentialWords(of argument: String) -> Set<String> {
    let parts = argument.split { ":;,=/ ".contains($0) }.map(String.init) + [argument]
    return Set(
      parts.filter { part in
        let isSmallNumber = part.utf8.count <= 5 && part.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        return part.unicodeScalars.count >= 4 && !isSmallNumber && !commonWords.contains(part.lowercased())
      }
    )
  }

  /// Values of the kept directives as OpenVPN's manual lists them, in lower case.
  private static let commonWords: Set = [
    "server", "client", "name", "name-prefix", "subject", "legacy", "preferred", "insecure", "suiteb", "maybe", "asym",
    "stub", "stub-v2", "lz4-v2", "migrate", "adaptive", "or-highest", "sha1", "sha224", "sha256", "sha384", "sha512",
    "rsa-sha1", "rsa-sha256", "rsa-sha512", "aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "aes-128-gcm", "aes-192-gcm",
    "aes-256-gcm", "chacha20-poly1305", "bf-cbc", "des-ede3-cbc", "camellia-128-cbc", "camellia-256-cbc",
    "prime256v1", "secp256r1", "secp384r1", "secp521r1", "x25519", "x448", "default",
  ]

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
