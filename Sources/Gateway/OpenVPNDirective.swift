/// What the gateway does with a directive of a client profile. `OpenVPNDirective.table` has an answer for each one that
/// OpenVPN 2.6 knows.
enum OpenVPNDirective: Sendable {
  /// Goes into the gateway's configuration, with these arguments and possibly some of the optional ones.
  case kept([Argument], optional: [Argument])
  /// Has no effect, because the gateway sets the same thing itself.
  case set
  /// Has no effect; the connection's notice says so.
  case ignored(Cause)
  /// Decides something that the gateway writes in its own way: see `OpenVPNProfile.Reading`.
  case read
  /// Key material: only as an inline block.
  case material
  /// Not allowed. The text says why, and what to do.
  case refused(String)

  /// Why a directive can be ignored: what decides instead.
  enum Cause: String, Sendable, CaseIterable {
    case routes = "routes come from remoteNetworks"
    case resolver = "the cluster resolves names"
    case process = "the gateway runs the process"
    case variables = "no program runs that would read variables"
    case windows = "gateways do not run Windows"
    case obsolete = "OpenVPN 2.6 does without"
    case unknown = "OpenVPN 2.6 does not know them and the profile permits that"
    case material = "the blocks of these names are used instead of files"
    case credentials = "credentialsSecretRef gives user name and password"
  }

  /// What OpenVPN accepts as an argument.
  enum Argument: Sendable {
    case number(ClosedRange<Int>)
    case word([String])
    /// A list, separated by colons, with at least one known name.
    case anyOf(Set<String>)
    /// A list, separated by colons, of known names.
    case allOf(Set<String>)
    case version
    case fingerprint
    case text

    /// What is wrong with `value`; nil if OpenVPN accepts it. Never quotes it.
    func problem(_ value: String) -> String? {
      switch self {
      case .number(let range):
        let isNumber = (1...10).contains(value.utf8.count) && value.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber, let number = Int(value), range.contains(number) else {
          return range.upperBound == Int(Int32.max)
            ? "must be a number from \(range.lowerBound) on"
            : "must be a number from \(range.lowerBound) to \(range.upperBound)"
        }
      case .word(let words):
        if !words.contains(value) { return "must be \(words.joined(separator: ", "))" }
      case .anyOf(let known):
        if !value.split(separator: ":").contains(where: { known.contains(String($0)) }) {
          return "has no name that OpenSSL 3 knows: correct it, or remove the line"
        }
      case .allOf(let known):
        let names = value.split(separator: ":", omittingEmptySubsequences: false)
        if !names.allSatisfy({ known.contains(String($0)) }) {
          return "has a name that OpenSSL 3 does not know: correct it, or remove the line"
        }
      case .version:
        let parts = value.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, let major = parts[0], let minor = parts[1], parts[2] != nil else {
          return "must be a version such as 2.4.0"
        }
        // Below 2.4 OpenVPN itself adds BF-CBC to the ciphers, and OpenSSL 3 does not have it.
        if (major, minor) < (2, 4) { return "must be 2.4.0 or later: OpenSSL 3 has no BF-CBC" }
      case .fingerprint:
        if !OpenVPNDirective.isFingerprint(value) { return "must be a SHA-256 fingerprint, 32 bytes as aa:bb:…" }
      case .text:
        if value.isEmpty { return "must not be empty" }
      }
      return nil
    }
  }

  /// 32 bytes in hexadecimal, separated by colons.
  static func isFingerprint(_ text: String) -> Bool {
    let bytes = text.split(separator: ":", omittingEmptySubsequences: false)
    return bytes.count == 32
      && bytes.allSatisfy { byte in byte.utf8.count == 2 && byte.allSatisfy { $0.isASCII && $0.isHexDigit } }
  }

  static subscript(_ name: String) -> OpenVPNDirective? { table[name] }
}
