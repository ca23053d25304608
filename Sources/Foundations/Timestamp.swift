internal import Glibc

/// A moment of wall-clock time in Kubernetes' form: RFC 3339 in UTC, to the second or to the microsecond.
///
/// Parsed and printed by hand (RFC 3339 §5.6), because Foundation's formatters cost 30 µs each and pull ICU into the
/// binary.
public struct Timestamp: Sendable, Hashable, Comparable {
  /// Microseconds since 1970-01-01T00:00:00Z.
  public var microseconds: Int64

  public init(microseconds: Int64) { self.microseconds = microseconds }
  public init(seconds: Int64) { microseconds = seconds.multipliedReportingOverflow(by: 1_000_000).partialValue }

  public static func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }

  /// Whole seconds since 1970, rounded down.
  public var seconds: Int64 { Self.floorDivide(microseconds, 1_000_000) }

  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

  public func advanced(by duration: Duration) -> Timestamp {
    let (seconds, attoseconds) = duration.components
    return Timestamp(microseconds: microseconds &+ seconds &* 1_000_000 &+ attoseconds / 1_000_000_000_000)
  }

  /// The time from `earlier` to this moment; negative when this one is earlier.
  public func since(_ earlier: Timestamp) -> Duration { .microseconds(microseconds &- earlier.microseconds) }

  static func floorDivide(_ dividend: Int64, _ divisor: Int64) -> Int64 {
    let quotient = dividend / divisor
    return dividend % divisor < 0 ? quotient - 1 : quotient
  }
}

extension Timestamp: CustomStringConvertible {
  /// `2026-11-21T05:41:55Z`, as metav1.Time.
  public var description: String { calendar + "Z" }

  /// `2026-11-21T05:41:55.000000Z`, as metav1.MicroTime.
  public var microDescription: String {
    let rest = microseconds % 1_000_000
    let fraction = String(rest < 0 ? rest + 1_000_000 : rest)
    return calendar + "." + String(repeating: "0", count: 6 - fraction.utf8.count) + fraction + "Z"
  }

  /// Days to civil date: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
  private var calendar: String {
    let days = Self.floorDivide(seconds, 86_400)
    let rest = seconds - days * 86_400
    let shifted = days + 719_468
    let era = Self.floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func pad(_ value: Int64, _ width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
    return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T"
      + "\(pad(rest / 3600, 2)):\(pad(rest / 60 % 60, 2)):\(pad(rest % 60, 2))"
  }

  /// Reads RFC 3339: `2026-11-21T05:41:55Z`, with any fraction of a second and any offset. Nil for anything else.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int64? {
      var value: Int64 = 0
      for index in range {
        guard index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 else { return nil }
        value = value * 10 + Int64(bytes[index] - 0x30)
      }
      return value
    }
    func at(_ index: Int, _ characters: String) -> Bool {
      index < bytes.count && characters.utf8.contains(bytes[index])
    }
    guard bytes.count >= 20, let year = number(0..<4), at(4, "-"), let month = number(5..<7), at(7, "-"),
      let day = number(8..<10), at(10, "Tt "), let hour = number(11..<13), at(13, ":"), let minute = number(14..<16),
      at(16, ":"), let second = number(17..<19), (1...12).contains(month), (1...31).contains(day), hour < 24,
      minute < 60, second <= 60
    else { return nil }
    var index = 19
    var micro: Int64 = 0
    if at(index, ".") {
      index += 1
      var scale: Int64 = 100_000
      let start = index
      while index < bytes.count, let digit = number(index..<index + 1) {
        micro += digit * scale
        scale /= 10
        index += 1
      }
      guard index > start else { return nil }
    }
    var offset: Int64 = 0
    if at(index, "Zz") {
      index += 1
    } else if at(index, "+-"), let hours = number(index + 1..<index + 3), at(index + 3, ":"),
      let minutes = number(index + 4..<index + 6), hours < 24, minutes < 60
    {
      offset = (hours * 3600 + minutes * 60) * (at(index, "-") ? -1 : 1)
      index += 6
    } else {
      return nil
    }
    guard index == bytes.count else { return nil }
    let y = month <= 2 ? year - 1 : year
    let era = Self.floorDivide(y, 400)
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    microseconds = (days * 86_400 + hour * 3600 + minute * 60 + second - offset) * 1_000_000 + micro
  }
}

extension Timestamp: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Timestamp(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 time")
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// A `Timestamp` that is written to the microsecond (metav1.MicroTime, in Leases and Events).
public struct MicroTimestamp: Sendable, Hashable, Codable {
  public var time: Timestamp
  public init(_ time: Timestamp) { self.time = time }
  public init(from decoder: any Decoder) throws { time = try Timestamp(from: decoder) }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(time.microDescription)
  }
}
