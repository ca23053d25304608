internal import Foundations

extension JSONValue {
  /// The JSON patch (RFC 6902) that removes every field of that name, in the order of the document.
  func removal(of field: String) -> JSONValue {
    .array(pointers(to: field, "").map { ["op": "remove", "path": .string($0)] })
  }

  private func pointers(to field: String, _ here: String) -> [String] {
    switch self {
    case .object(let fields):
      fields.sorted { $0.key < $1.key }.flatMap { name, value in
        let path = "\(here)/\(name.replacing("~", with: "~0").replacing("/", with: "~1"))"
        return name == field ? [path] : value.pointers(to: field, path)
      }
    case .array(let items):
      items.enumerated().flatMap { index, item in item.pointers(to: field, "\(here)/\(index)") }
    default: []
    }
  }
}
