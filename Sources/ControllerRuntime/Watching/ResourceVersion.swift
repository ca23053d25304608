/// The order of resourceVersions. Clients may compare decimal numbers, which all of Kubernetes' own versions are
/// (KEP-5504, "Comparable Resource Version"). Other versions can only be equal or not.
enum ResourceVersion {
  /// Whether `version` is certainly older than `other`.
  static func isLower(_ version: String, than other: String) -> Bool {
    guard let version = digits(version), let other = digits(other) else { return false }
    return version.count == other.count ? version.lexicographicallyPrecedes(other) : version.count < other.count
  }

  /// Nil for anything but a decimal number. Without leading zeros, so that the length decides.
  private static func digits(_ version: String) -> Substring.UTF8View? {
    guard !version.isEmpty, version.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return version.drop { $0 == "0" }.utf8
  }
}
