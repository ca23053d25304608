internal import Foundations

/// A text from outside, fit for one line of a message: see `StringProtocol.printable`.
/// - Parameter limit: Unicode scalars; a longer text is cut, and ends with `…`.
public func printable(_ text: String, limit: Int = 64) -> String { text.printable(limit: limit) }

/// The first of `items`, and how many more there are: lists from outside can be of any length.
public func listed(_ items: [String], limit: Int = 3) -> String {
  let shown = items.prefix(limit).joined(separator: ", ")
  return items.count > limit ? "\(shown) and \(items.count - limit) more" : shown
}
