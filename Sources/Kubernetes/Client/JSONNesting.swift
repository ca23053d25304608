/// Makes JSON readable in which something is nested more deeply than `JSONDecoder` reads.
///
/// The decoder refuses a whole document because of one value that is nested more than 512 deep. API servers store 10,000
/// levels where a schema allows any object, so one object of one tenant would make every list of its kind unreadable.
enum JSONNesting {
  /// In levels of arrays and objects; the decoder reads 512.
  static let limit = 510
  /// No type can hold this number, so whatever reads it fails, and whatever skips it does not.
  private static let replacement = Array("1e999".utf8)

  /// A copy in which each array and object beyond the limit is replaced by a number that cannot be decoded. Then only the
  /// object around it cannot be decoded, if its type reads that field.
  /// - Returns: nil if nothing is nested too deeply.
  static func limited(_ json: some Collection<UInt8>) -> [UInt8]? {
    var copy: [UInt8] = []
    var (depth, isText, isEscaped, isChanged) = (0, false, false, false)
    for byte in json {
      let isOutside = depth > limit
      if isText {
        isText = isEscaped || byte != UInt8(ascii: "\"")
        isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
      } else {
        switch byte {
        case UInt8(ascii: "\""): isText = true
        case UInt8(ascii: "["), UInt8(ascii: "{"):
          depth += 1
          guard depth == limit + 1 else { break }
          isChanged = true
          copy += replacement
        case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
        default: break
        }
      }
      if !isOutside, depth <= limit { copy.append(byte) }
    }
    return isChanged ? copy : nil
  }
}
