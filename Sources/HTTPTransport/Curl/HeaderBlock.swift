/// Collects the lines of an answer's head as libcurl delivers them, one in each call.
///
///     HTTP/1.1 103 Early Hints   a head that is not the last: dropped when the next one starts
///     HTTP/2 200                 the head
///     Content-Type: …
///                                the empty line ends it; later lines are trailers, which are ignored
struct HeaderBlock {
  /// libcurl 7.88 limits a line (100 KB) but not the number of lines. 8.3 stops at 300 KB in all, and so does this.
  static let maximumBytes = 300 << 10

  private(set) var headers = HTTPHeaders()
  private(set) var isComplete = false
  private var bytes = 0

  /// - Returns: false if the head is larger than any legitimate one.
  mutating func append(_ line: UnsafeRawBufferPointer) -> Bool {
    bytes += line.count
    guard bytes <= Self.maximumBytes else { return false }
    if line.starts(with: "HTTP/".utf8) {
      headers = HTTPHeaders()
      isComplete = false
    } else if line.allSatisfy({ $0 == 0x0d || $0 == 0x0a }) {
      isComplete = true
    } else if !isComplete, let colon = line.firstIndex(of: 0x3a) {
      let name = String(decoding: line[..<colon], as: UTF8.self)
      headers.add(name, String(decoding: Self.trimmed(line[(colon + 1)...]), as: UTF8.self))
    }
    return true
  }

  private static func trimmed(_ line: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d || byte == 0x0a }
    let start = line.drop(while: isSpace)
    guard let last = start.lastIndex(where: { !isSpace($0) }) else { return start.prefix(0) }
    return start[...last]
  }
}
