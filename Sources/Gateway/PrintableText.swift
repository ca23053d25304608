/// A text from outside, fit for one line of a message: whatever a reader does not see as it is (control and format
/// characters, the bidirectional ones among them, and other line breaks) becomes `?`.
/// - Parameter limit: Unicode scalars; a longer text is cut, and ends with `…`.
public func printable(_ text: String, limit: Int = 64) -> String {
  var result = String.UnicodeScalarView()
  for (index, scalar) in text.unicodeScalars.enumerated() {
    guard index < limit else {
      result.removeLast()
      result.append("…")
      break
    }
    result.append(isVisible(scalar) ? scalar : "?")
  }
  return String(result)
}

/// The first of `items`, and how many more there are: lists from outside have no end.
public func listed(_ items: [String], limit: Int = 3) -> String {
  let shown = items.prefix(limit).joined(separator: ", ")
  return items.count > limit ? "\(shown) and \(items.count - limit) more" : shown
}

private func isVisible(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
  default: true
  }
}
