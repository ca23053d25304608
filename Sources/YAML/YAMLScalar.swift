/// The meaning of an unquoted scalar, by go-yaml v2's rules for YAML 1.1. Users know these rules from kubectl: they
/// decide about `yes`, `0644` and `1_000` (sigs.k8s.io/yaml, goyaml.v2/resolve.go).
enum YAMLScalar {
  private static let words: [String: YAMLValue] = {
    var words: [String: YAMLValue] = ["": .null, "~": .null]
    for word in ["null", "Null", "NULL"] { words[word] = .null }
    for word in ["true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"] { words[word] = .bool(true) }
    for word in ["false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N"] {
      words[word] = .bool(false)
    }
    for sign in ["", "+"] {
      for word in [".inf", ".Inf", ".INF"] { words[sign + word] = .double(.infinity) }
    }
    for word in [".inf", ".Inf", ".INF"] { words["-" + word] = .double(-.infinity) }
    for word in [".nan", ".NaN", ".NAN"] { words[word] = .double(.nan) }
    return words
  }()

  static func resolve(_ text: String) -> YAMLValue {
    if text.utf8.count <= 5, let known = words[text] { return known }
    guard let first = text.utf8.first else { return .null }
    switch first {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      let digits = text.utf8.contains(UInt8(ascii: "_")) ? text.filter { $0 != "_" } : text
      return integer(digits).map(YAMLValue.int) ?? decimal(digits).map(YAMLValue.double) ?? .string(text)
    default: return .string(text)
    }
  }

  /// Like Go's `strconv.ParseInt(text, 0, 64)`: decimal, 0x, 0o, 0b, and a leading 0 for octal.
  private static func integer(_ text: String) -> Int64? {
    var rest = text[...]
    let isNegative = rest.hasPrefix("-")
    if isNegative || rest.hasPrefix("+") { rest = rest.dropFirst() }
    var radix = 10
    if rest.hasPrefix("0") && rest.utf8.count > 1 {
      switch rest.prefix(2).last {
      case "x", "X": (radix, rest) = (16, rest.dropFirst(2))
      case "o", "O": (radix, rest) = (8, rest.dropFirst(2))
      case "b", "B": (radix, rest) = (2, rest.dropFirst(2))
      default: (radix, rest) = (8, rest.dropFirst())
      }
    }
    // Int64's initializer accepts a sign of its own, which must not follow ours.
    guard let first = rest.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-") else { return nil }
    return Int64((isNegative ? "-" : "") + rest, radix: radix)
  }

  /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, and so neither hexadecimal floats nor words.
  private static func decimal(_ text: String) -> Double? {
    var bytes = text.utf8[...]
    func take(_ matches: (UInt8) -> Bool) -> Int {
      let count = bytes.prefix(while: matches).count
      bytes = bytes.dropFirst(count)
      return count
    }
    func takeOne(_ choices: UInt8...) -> Bool {
      guard let first = bytes.first, choices.contains(first) else { return false }
      bytes = bytes.dropFirst()
      return true
    }
    let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    _ = takeOne(UInt8(ascii: "+"), UInt8(ascii: "-"))
    let whole = take(isDigit)
    let fraction = takeOne(UInt8(ascii: ".")) ? take(isDigit) : 0
    guard whole + fraction > 0 else { return nil }
    if takeOne(UInt8(ascii: "e"), UInt8(ascii: "E")) {
      _ = takeOne(UInt8(ascii: "+"), UInt8(ascii: "-"))
      guard take(isDigit) > 0 else { return nil }
    }
    guard bytes.isEmpty, let value = Double(text), value.isFinite else { return nil }
    return value
  }
}
