public import Foundations

/// A Kubernetes quantity (`500m`, `0.5`, `64Mi`, `1e3`), for comparing amounts in any notation
/// (k8s.io/apimachinery/pkg/api/resource). Exact, in billionths.
public struct Quantity: Sendable, Comparable {
  /// The amount in billionths, the finest unit of Kubernetes.
  let nano: Int128

  public static let zero = Quantity(nano: 0)
  private init(nano: Int128) { self.nano = nano }

  /// Nil if the text is not a quantity or the amount does not fit.
  public init?(_ text: String) {
    var rest = Substring(text)
    var isNegative = false
    if let sign = rest.first, sign == "+" || sign == "-" {
      isNegative = sign == "-"
      rest.removeFirst()
    }
    var digits: Int128 = 0
    var fraction = 0
    var count = 0
    var isFraction = false
    while let byte = rest.utf8.first {
      if byte == 0x2e, !isFraction {
        isFraction = true
      } else if byte >= 0x30, byte <= 0x39 {
        // More digits than any quantity has would overflow.
        guard count < 28 else { return nil }
        count += 1
        digits = digits * 10 + Int128(byte - 0x30)
        if isFraction { fraction += 1 }
      } else {
        break
      }
      rest = rest.dropFirst()
    }
    guard count > 0, let scale = Self.scale(rest) else { return nil }
    var value = digits
    guard scale.binary <= 60, scale.decimal <= 18, scale.decimal >= -9 else { return nil }
    guard Self.multiply(&value, 2, scale.binary), Self.multiply(&value, 10, max(0, scale.decimal + 9)) else {
      return nil
    }
    for _ in 0..<fraction {
      // The server rounds finer amounts up to a billionth. Here the result only has to differ from a different amount.
      value = value / 10 + (value % 10 == 0 ? 0 : 1)
    }
    nano = isNegative ? -value : value
  }

  /// A quantity in JSON: text or a number.
  public init?(_ value: JSONValue) {
    switch value {
    case .string(let text): self.init(text)
    case .int(let number): self.init(String(number))
    case .double(let number): self.init(String(number))
    default: return nil
    }
  }

  public static func < (left: Quantity, right: Quantity) -> Bool { left.nano < right.nano }

  private static func multiply(_ value: inout Int128, _ factor: Int128, _ times: Int) -> Bool {
    for _ in 0..<times {
      let (product, overflow) = value.multipliedReportingOverflow(by: factor)
      guard !overflow else { return false }
      value = product
    }
    return true
  }

  private static func scale(_ suffix: Substring) -> (binary: Int, decimal: Int)? {
    switch suffix {
    case "": return (0, 0)
    case "n": return (0, -9)
    case "u": return (0, -6)
    case "m": return (0, -3)
    case "k": return (0, 3)
    case "M": return (0, 6)
    case "G": return (0, 9)
    case "T": return (0, 12)
    case "P": return (0, 15)
    case "E": return (0, 18)
    case "Ki": return (10, 0)
    case "Mi": return (20, 0)
    case "Gi": return (30, 0)
    case "Ti": return (40, 0)
    case "Pi": return (50, 0)
    case "Ei": return (60, 0)
    default:
      guard let first = suffix.first, first == "e" || first == "E", let exponent = Int(suffix.dropFirst()) else {
        return nil
      }
      return (0, exponent)
    }
  }
}
