import Foundations

extension JSONValue {
  /// The same with the field at `a.b[0].c` set, or removed when the value is nil.
  func replacing(_ path: String, _ value: JSONValue?) -> JSONValue {
    let steps = path.replacing("[", with: ".").replacing("]", with: "").split(separator: ".").map(String.init)
    return replacing(steps[...], value)
  }
  private func replacing(_ steps: ArraySlice<String>, _ value: JSONValue?) -> JSONValue {
    guard let step = steps.first else { return value ?? .null }
    let rest = steps.dropFirst()
    switch self {
    case .array(var items):
      guard let index = Int(step), items.indices.contains(index) else { return self }
      items[index] = items[index].replacing(rest, value)
      return .array(items)
    case .object(var fields):
      fields[step] = rest.isEmpty ? value : (fields[step] ?? [:]).replacing(rest, value)
      return .object(fields)
    default: return self
    }
  }
  subscript(_ path: String) -> JSONValue? {
    let steps = path.replacing("[", with: ".").replacing("]", with: "").split(separator: ".").map(String.init)
    return steps.reduce(self) { value, step in
      switch value {
      case .object(let fields): fields[step]
      case .array(let items): Int(step).flatMap { items.indices.contains($0) ? items[$0] : nil }
      default: nil
      }
    }
  }
  var text: String? {
    if case .string(let text) = self { text } else { nil }
  }
  var items: [JSONValue] {
    if case .array(let items) = self { items } else { [] }
  }
}
