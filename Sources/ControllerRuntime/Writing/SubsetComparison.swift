public import Foundations

/// Compares a desired object with a live one. Fields that the server filled in, or that others added, are not a
/// difference.
///
///     desired                  live                            differs
///     field                    same value                      no
///     null, {} or []           absent                          no: the server leaves out what is empty
///     "0.5" under resources    "500m"                          no: they are the same quantity
///     list that is a map       elements with the same keys     only if such an element differs or is missing
///     other list               list                            if the lengths or any elements differ
///     set of scalars           among others (finalizers)       only if one is missing
public struct SubsetComparison: Sendable {
  /// Paths under which strings are quantities.
  static let quantities: Set<String> = [
    "limits", "requests", "capacity", "hard", "overhead", "sizeLimit", "divisor", "allocatable", "storage",
  ]
  /// Lists of scalars that are sets (`listType=set`).
  static let sets: Set<String> = ["metadata.finalizers"]

  private let mergeKeys: MergeKeys

  public init(mergeKeys: MergeKeys = .builtIn) { self.mergeKeys = mergeKeys }

  /// - Returns: the sorted paths at which a desired value is missing or different in the live object, such as
  ///   `spec.template.spec.containers[name=app].image`.
  public func differences(desired: JSONValue, live: JSONValue) -> [String] {
    var found: [String] = []
    compare(desired, live, Path(), &found)
    return found
  }

  private struct Path {
    /// The names of an object's fields.
    var names: [String] = []
    var text = ""
    func member(_ name: String) -> Path {
      // A name with dots, such as a label's, is put in brackets.
      let step = name.utf8.contains(0x2e) ? "[\(name)]" : text.isEmpty ? name : ".\(name)"
      return Path(names: names + [name], text: text + step)
    }
    func element(_ description: String) -> Path { Path(names: names, text: "\(text)[\(description)]") }
  }

  private func compare(_ desired: JSONValue, _ live: JSONValue?, _ path: Path, _ found: inout [String]) {
    guard let live else {
      if !Self.isEmpty(desired) { found.append(path.text) }
      return
    }
    switch (desired, live) {
    case (.object(let desired), .object(let live)):
      for (name, value) in desired.sorted(by: { $0.key < $1.key }) {
        compare(value, live[name], path.member(name), &found)
      }
    case (.array(let desired), .array(let live)): compare(desired, live, path, &found)
    case (.null, _): found.append(path.text)
    default: if !isSame(desired, live, path) { found.append(path.text) }
    }
  }

  private func compare(_ desired: [JSONValue], _ live: [JSONValue], _ path: Path, _ found: inout [String]) {
    if let rule = mergeKeys.rule(path.names), let wanted = Self.keyed(desired, rule) {
      let present = Dictionary(uniqueKeysWithValues: (Self.keyed(live, rule) ?? []).map { ($0.key, $0.value) })
      for (key, value) in wanted { compare(value, present[key], path.element(Self.describe(key, rule)), &found) }
    } else if Self.sets.contains(path.text) {
      if !Set(desired).isSubset(of: Set(live)) { found.append(path.text) }
    } else if desired.count != live.count {
      found.append(path.text)
    } else {
      for (index, (desired, live)) in zip(desired, live).enumerated() {
        compare(desired, live, path.element("\(index)"), &found)
      }
    }
  }

  private func isSame(_ desired: JSONValue, _ live: JSONValue, _ path: Path) -> Bool {
    if desired == live { return true }
    switch (desired, live) {
    case (.int(let left), .double(let right)), (.double(let right), .int(let left)): return Double(left) == right
    default: break
    }
    guard path.names.contains(where: Self.quantities.contains), let left = Quantity(desired),
      let right = Quantity(live)
    else { return false }
    return left == right
  }

  /// The elements by the values of their keys; nil if one has none, or two have the same.
  private static func keyed(_ list: [JSONValue], _ rule: MergeKeys.Rule) -> [(key: [JSONValue], value: JSONValue)]? {
    var seen: Set<[JSONValue]> = []
    var out: [(key: [JSONValue], value: JSONValue)] = []
    for element in list {
      guard case .object(let members) = element else { return nil }
      var key: [JSONValue] = []
      for name in rule.keys {
        switch (members[name], rule.defaults[name]) {
        case (.some(let value), _): key.append(value)
        case (nil, .string(let text)): key.append(.string(text))
        case (nil, .int(let number)): key.append(.int(number))
        case (nil, nil): return nil
        }
      }
      guard seen.insert(key).inserted else { return nil }
      out.append((key, element))
    }
    return out
  }

  private static func describe(_ key: [JSONValue], _ rule: MergeKeys.Rule) -> String {
    zip(rule.keys, key).map { name, value in
      switch value {
      case .string(let text): "\(name)=\(text)"
      case .int(let number): "\(name)=\(number)"
      default: name
      }
    }.joined(separator: ",")
  }

  private static func isEmpty(_ value: JSONValue) -> Bool {
    switch value {
    case .null: true
    case .object(let members): members.isEmpty
    case .array(let elements): elements.isEmpty
    default: false
    }
  }
}
