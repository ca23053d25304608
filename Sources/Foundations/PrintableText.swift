extension Unicode.Scalar {
  /// Whether a reader sees the character. Invisible are the controls of C0 and C1 (a terminal treats U+009B like ESC
  /// [), separators of lines and paragraphs, and format characters, with which a text can pretend to be another:
  /// bidirectional ones (UAX #9 §2), those of zero width, and tags.
  public var isVisible: Bool {
    if isASCII { return value >= 0x20 && value < 0x7f }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return false
    default: return true
    }
  }
}

extension StringProtocol {
  /// Makes a text from outside fit for one line of a message.
  /// - Parameters:
  ///   - replacement: replaces each invisible scalar.
  ///   - limit: the largest number of Unicode scalars; a longer text is cut and ends with `…`. Nil: no limit.
  public func printable(replacement: Unicode.Scalar = "?", limit: Int? = nil) -> String {
    var result = String.UnicodeScalarView()
    for (index, scalar) in unicodeScalars.enumerated() {
      if let limit, index >= limit {
        result.removeLast()
        result.append("…")
        break
      }
      result.append(scalar.isVisible ? scalar : replacement)
    }
    return String(result)
  }
}
