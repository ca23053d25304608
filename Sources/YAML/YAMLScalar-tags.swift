extension YAMLScalar {
  private static let prefix = "tag:yaml.org,2002:"

  /// The value of a scalar: its tag decides; without a tag, a quoted scalar is a string, and otherwise its text
  /// decides.
  static func value(
    of text: String,
    tag: String?,
    isPlain: Bool,
    at event: LibYAMLEvents.Event
  ) throws(YAMLError) -> YAMLValue {
    let value: YAMLValue
    if let tag, tag.hasPrefix(prefix) {
      value = try tagged(text, String(tag.dropFirst(prefix.utf8.count)), event)
    } else if tag != nil {
      // As in kubectl, an application's own tag says nothing about the type.
      value = .string(text)
    } else {
      value = isPlain ? resolve(text) : .string(text)
    }
    if case .double(let number) = value, !number.isFinite { throw event.error("\(text) is no number in JSON") }
    return value
  }

  /// JSON's keys are strings: a key that looks like a number or a boolean becomes that value's spelling in JSON.
  static func key(
    _ text: String,
    tag: String?,
    isPlain: Bool,
    at event: LibYAMLEvents.Event
  ) throws(YAMLError) -> String {
    switch try value(of: text, tag: tag, isPlain: isPlain, at: event) {
    case .string(let key): return key
    case .bool(let key): return "\(key)"
    case .int(let key): return "\(key)"
    case .double(let key): return key == key.rounded() && abs(key) < 1e15 ? "\(Int64(key))" : "\(key)"
    case .null, .array, .object: throw event.error("a key must not be null")
    }
  }

  private static func tagged(
    _ text: String,
    _ tag: String,
    _ event: LibYAMLEvents.Event
  ) throws(YAMLError) -> YAMLValue {
    switch (tag, resolve(text)) {
    case ("str", _): return .string(text)
    case ("null", .null): return .null
    case ("bool", .bool(let value)): return .bool(value)
    case ("int", .int(let value)): return .int(value)
    case ("float", .int(let value)): return .double(Double(value))
    case ("float", .double(let value)): return .double(value)
    default: throw event.error("the tag !!\(tag) is not understood here")
    }
  }
}
