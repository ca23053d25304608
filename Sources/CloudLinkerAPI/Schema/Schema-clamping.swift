internal import FoundationEssentials
internal import Foundations

/// Cuts a value to what the schema allows. An API server refuses a whole status for one string that is too long, and
/// the object would then show its old status for ever.
extension Schema {
  /// `value` with every string, list, map and number inside its limits. A text that was cut ends in an ellipsis.
  ///
  ///     maxLength               a longer string ends in "…"
  ///     maxItems                a longer list of free texts ends in "… and N more", any other list just ends
  ///     maxProperties           the first keys in alphabetical order stay
  ///     minimum, maximum        the nearest number that is allowed
  ///     enum, optional field    a value that is not among them is left out
  ///
  ///     more than `longestStatus`   free texts are cut further
  ///
  /// Nothing else that a schema may demand can be mended by cutting, and is left to the API server.
  public func clamped<Value: Codable & Equatable>(_ value: Value) -> Value {
    guard let data = try? JSONEncoder().encode(value), let tree = try? JSONDecoder().decode(JSONValue.self, from: data)
    else { return value }
    let cut = clamped(tree)
    guard cut != tree else { return value }
    return (try? JSONDecoder().decode(Value.self, from: JSONEncoder().encode(cut))) ?? value
  }

  /// In bytes of JSON. etcd takes requests of 1.5 MiB by default, and an object has a spec and managed fields as well.
  static let longestStatus = 512 << 10

  func clamped(_ value: JSONValue) -> JSONValue {
    for longestText in [Int.max, 256, 64] {
      let cut = clamped(value, longestText)
      if (try? JSONEncoder().encode(cut).count) ?? 0 <= Self.longestStatus { return cut }
    }
    return clamped(value, 16)
  }

  private func clamped(_ value: JSONValue, _ longestText: Int) -> JSONValue {
    switch (kind, value) {
    case (.object(let fields), .object(var members)):
      for field in fields {
        guard let member = members[field.name] else { continue }
        members[field.name] =
          !field.isRequired && !field.schema.lists(member) ? nil : field.schema.clamped(member, longestText)
      }
      return .object(members)
    case (.map(let values), .object(let members)):
      let kept = members.sorted { $0.key < $1.key }.prefix(limit("maxProperties") ?? members.count)
      return .object(
        Dictionary(
          kept.map { ($0.key, values.clamped($0.value, longestText)) },
          uniquingKeysWith: { first, _ in first }
        )
      )
    case (.list(let items, _), .array(let elements)):
      return .array(items.clamped(elements, limit("maxItems"), longestText))
    case (.string, .string(let text)):
      let most = limit("maxLength") ?? .max
      return .string(text.cut(toScalars: isFreeText ? min(most, longestText) : most))
    case (.integer, .int(let number)):
      return .int(min(max(number, integer("minimum") ?? .min), integer("maximum") ?? .max))
    default: return value
    }
  }

  private func clamped(_ elements: [JSONValue], _ most: Int?, _ longestText: Int) -> [JSONValue] {
    func cut(_ count: Int) -> [JSONValue] { elements.prefix(count).map { clamped($0, longestText) } }
    guard let most, elements.count > most else { return cut(elements.count) }
    guard isFreeText, most > 0 else { return cut(most) }
    let rest = elements.count - (most - 1)
    return cut(most - 1) + [clamped(.string("… and \(rest) more"), longestText)]
  }

  /// Whether the string has no form of its own, unlike an enumerated word or a time.
  private var isFreeText: Bool {
    kind == .string && keywords["enum"] == nil && keywords["pattern"] == nil && keywords["format"] == nil
  }

  private func lists(_ value: JSONValue) -> Bool {
    guard case .array(let allowed) = keywords["enum"] else { return true }
    return allowed.contains(value)
  }
  private func limit(_ keyword: String) -> Int? { integer(keyword).flatMap { Int(exactly: $0) } }
  private func integer(_ keyword: String) -> Int64? {
    guard case .int(let number) = keywords[keyword] else { return nil }
    return number
  }
}

extension String {
  /// The string cut to this many Unicode scalars, which is how an API server counts (`utf8.RuneCountInString`). The cut
  /// is between characters.
  public func cut(toScalars limit: Int) -> String {
    guard unicodeScalars.count > limit else { return self }
    guard limit > 0 else { return "" }
    var out = ""
    var rest = limit - 1
    for character in self {
      let size = character.unicodeScalars.count
      guard size <= rest else { break }
      rest -= size
      out.append(character)
    }
    return out + "…"
  }
}
