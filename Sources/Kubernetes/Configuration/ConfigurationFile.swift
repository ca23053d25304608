internal import FoundationEssentials
internal import Glibc

/// Small files of configuration: kubeconfigs, tokens, certificates.
enum ConfigurationFile {
  private static let largest = 16 << 20

  /// - Throws: `.configuration` with the path and the system's reason.
  static func read(_ path: String) throws(KubernetesError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failure(path, errno) }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= largest else {
        throw KubernetesError(.configuration, "\(path) is larger than \(largest) bytes")
      }
    }
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  private static func failure(_ path: String, _ code: Int32) -> KubernetesError {
    KubernetesError(.configuration, "\(path) cannot be read: \(String(cString: strerror(code)))")
  }
}
