public import Foundations

/// The Retry-After header: seconds, or a date (RFC 9110 §10.2.3).
public enum RetryAfter {
  /// The longest wait that a server can demand, by mistake or on purpose: the longest backoff of controller-runtime's
  /// queue.
  public static let longest: Duration = .seconds(1000)

  /// A wait that a server asked for, clamped to between zero and `longest`; zero for anything that is not a number.
  public static func clamped(seconds: Double) -> Duration {
    seconds > 0 ? min(.seconds(min(seconds, 1e6)), longest) : .zero
  }

  /// - Returns: between zero and `longest`; nil if the header is missing or unreadable.
  public static func delay(in head: HTTPResponseHead, now: Timestamp) -> Duration? {
    guard let value = head.headers["Retry-After"] else { return nil }
    let isNumber = !value.isEmpty && value.utf8.allSatisfy { (0x30...0x39).contains($0) }
    if isNumber { return clamped(seconds: Double(value) ?? .infinity) }
    return date(value).map { min(max(.zero, $0.since(now)), longest) }
  }

  /// The three forms of RFC 9110 §5.6.7:
  ///
  ///     Sun, 06 Nov 1994 08:49:37 GMT
  ///     Sunday, 06-Nov-94 08:49:37 GMT
  ///     Sun Nov  6 08:49:37 1994
  public static func date(_ text: String) -> Timestamp? {
    let words = text.split { $0 == " " || $0 == "," || $0 == "-" }
    guard words.count == 6 || words.count == 5 else { return nil }
    let isAsctime = words.count == 5
    guard isAsctime || words[5] == "GMT" else { return nil }
    let (day, month, year, time) =
      isAsctime ? (words[2], words[1], words[4], words[3]) : (words[1], words[2], words[3], words[4])
    guard let index = months.firstIndex(of: String(month)), let fullYear = expand(year),
      (1...2).contains(day.utf8.count)
    else { return nil }
    return Timestamp("\(fullYear)-\(two(String(index + 1)))-\(two(String(day)))T\(time)Z")
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private static func two(_ number: String) -> String { number.utf8.count == 1 ? "0" + number : number }

  /// Two digits below 70 belong to this century. RFC 9110 lets them mean at most 50 years ahead, which agrees until
  /// 2070.
  private static func expand(_ year: Substring) -> String? {
    guard year.utf8.count == 2 else { return year.utf8.count == 4 ? String(year) : nil }
    return (year < "70" ? "20" : "19") + year
  }
}
