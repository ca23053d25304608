/// Splits a watch's bytes into lines, wherever the chunks were cut.
struct WatchLines {
  /// An object has at most 1.5 MB in etcd; this leaves room for both encodings of it.
  static let longest = 16 << 20

  private let longest: Int
  private var rest: [UInt8] = []

  init(longest: Int = WatchLines.longest) { self.longest = longest }

  /// The incomplete last line. Call this when no more chunks arrive.
  mutating func takeRest() -> ArraySlice<UInt8> {
    defer { rest = [] }
    return rest[...]
  }

  /// The lines that `chunk` completes, without their ends; empty ones are left out.
  mutating func take(_ chunk: [UInt8]) throws(KubernetesError) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = chunk.startIndex
    while let end = chunk[start...].firstIndex(of: UInt8(ascii: "\n")) {
      let line = rest.isEmpty ? chunk[start..<end] : (rest + chunk[start..<end])[...]
      rest = []
      if !line.isEmpty { lines.append(line) }
      start = end + 1
    }
    rest += chunk[start...]
    guard rest.count <= longest else {
      throw KubernetesError(.decoding, "a watch line is longer than \(longest) bytes")
    }
    return lines
  }
}
