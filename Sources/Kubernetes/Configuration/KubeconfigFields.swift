internal import FoundationEssentials

/// Reads the fields of an entry, and names file, entry and field if they are unusable. Never a value, because most of
/// them are secrets.
struct KubeconfigFields<Content: Sendable> {
  let entry: Kubeconfig.Entry<Content>
  /// `cluster`, `user` or `context`.
  let kind: String

  func problem(_ field: String, _ words: String) -> KubernetesError {
    KubernetesError(.configuration, "kubeconfig \(entry.file): \(kind) \"\(entry.name)\": \(field) \(words)")
  }

  /// - Throws: if the entry could not be read. Called when it is needed.
  func check() throws(KubernetesError) {
    guard let problem = entry.problem else { return }
    throw KubernetesError(.configuration, "kubeconfig \(entry.file): \(kind) \"\(entry.name)\": \(problem)")
  }

  /// The source of PEM: base64 in the file itself, which takes precedence, or another file.
  enum PEM: Sendable, Hashable {
    case data([UInt8])
    case file(String, field: String)
  }

  func pem(_ field: String, path: String?, data: String?) throws(KubernetesError) -> PEM? {
    if let data, !data.isEmpty {
      let packed = data.filter { !$0.isWhitespace }
      guard let bytes = Data(base64Encoded: packed) else { throw problem("\(field)-data", "is not base64") }
      let pem = [UInt8](bytes)
      guard Self.isPEM(pem) else { throw problem("\(field)-data", "is not PEM") }
      return .data(pem)
    }
    guard let path, !path.isEmpty else { return nil }
    return .file(entry.resolve(path), field: field)
  }

  func read(_ pem: PEM?) throws(KubernetesError) -> [UInt8]? {
    switch pem {
    case nil: return nil
    case .data(let bytes): return bytes
    case .file(let path, let field):
      let bytes: [UInt8]
      do { bytes = try ConfigurationFile.read(path) } catch { throw problem(field, "names a file: \(error.message)") }
      guard Self.isPEM(bytes) else { throw problem(field, "names \(path), which is not PEM") }
      return bytes
    }
  }

  private static func isPEM(_ bytes: [UInt8]) -> Bool {
    String(decoding: bytes, as: UTF8.self).contains("-----BEGIN ")
  }
}
