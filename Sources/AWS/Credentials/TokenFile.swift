internal import Cloud
internal import FoundationEssentials
internal import Foundations

/// A token in a file that the kubelet replaces from time to time.
enum TokenFile {
  /// The file's content without surrounding whitespace. Read on a thread of its own, because the cooperative pool has
  /// few.
  static func read(_ path: String, operation: String) async throws(CloudError) -> String {
    let text: String? = await withCheckedContinuation { continuation in
      let started = DetachedThread.start(name: "aws-token") {
        let data = FileManager.default.contents(atPath: path)
        continuation.resume(returning: data.map { String(decoding: $0, as: UTF8.self) })
      }
      if !started { continuation.resume(returning: nil) }
    }
    guard let word = text?.split(whereSeparator: \.isWhitespace).first else {
      throw CloudError(
        .unauthenticated,
        operation: operation,
        message: "token file \(path) is empty or cannot be read: is the token volume mounted?"
      )
    }
    return String(word)
  }
}
