internal import FoundationEssentials
internal import Foundations
internal import Gateway
internal import Glibc

/// The folder that the gateway's Secret is mounted at. The kubelet swaps the whole content by renaming the link
/// `..data`; a plain folder works too.
struct ConfigurationFolder: Sendable {
  var path: String

  /// Changes whenever a file changes. Cheap: a few `stat`s.
  func fingerprint() -> [String] {
    FileSystem.names(in: path).filter { !$0.hasPrefix(".") }.map { name in
      var status = stat()
      guard stat("\(path)/\(name)", &status) == 0 else { return name }
      return "\(name) \(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
    }
  }

  /// - Throws: why the folder holds no usable configuration.
  func load() throws(ConfigurationRefusal) -> (GatewayConfiguration, GatewaySecretFiles) {
    // If the content is swapped between two reads, the fingerprint changes, and everything is read again.
    for _ in 0..<5 {
      let before = fingerprint()
      var files: [String: [UInt8]] = [:]
      for name in FileSystem.names(in: path) where !name.hasPrefix(".") {
        files[name] = FileSystem.read("\(path)/\(name)")
      }
      guard before == fingerprint() else { continue }
      guard let json = files.removeValue(forKey: GatewayConfiguration.fileName) else {
        throw ConfigurationRefusal("\(path)/\(GatewayConfiguration.fileName) is missing or cannot be read")
      }
      do {
        let configuration = try JSONDecoder().decode(GatewayConfiguration.self, from: Data(json))
        return (configuration, GatewaySecretFiles(files))
      } catch let error as DecodingError {
        throw ConfigurationRefusal("\(GatewayConfiguration.fileName): \(Self.words(error))")
      } catch {
        throw ConfigurationRefusal("\(GatewayConfiguration.fileName) is not JSON")
      }
    }
    throw ConfigurationRefusal("the files in \(path) change faster than they can be read")
  }

  private static func words(_ error: DecodingError) -> String {
    func path(_ context: DecodingError.Context) -> String {
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      return path.isEmpty ? "the document" : path
    }
    switch error {
    case .keyNotFound(let key, let context): return "\(path(context)) has no field \(key.stringValue)"
    case .valueNotFound(_, let context), .typeMismatch(_, let context): return "\(path(context)) has the wrong type"
    case .dataCorrupted(let context): return "\(path(context)) is malformed"
    @unknown default: return "it cannot be read"
    }
  }
}
