internal import Digests
internal import FoundationEssentials
internal import Foundations
internal import Kubernetes

/// Typed objects as JSON.
enum JSONTree {
  /// With sorted keys, so that the same value always gives the same bytes.
  static func bytes(_ value: some Encodable) throws(KubernetesError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return [UInt8](try encoder.encode(value))
    } catch {
      throw KubernetesError(.configuration, "an object cannot be written as JSON: \(error)")
    }
  }

  static func tree(_ value: some Encodable) throws(KubernetesError) -> JSONValue {
    let bytes = try bytes(value)
    do {
      return try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
    } catch {
      throw KubernetesError(.decoding, "an object cannot be read back from JSON: \(error)")
    }
  }

  /// The first 16 bytes of SHA-256, in hexadecimal.
  static func digest(_ bytes: [UInt8]) -> String {
    SHA256.hexadecimal(Array(SHA256.digest(bytes).prefix(16)))
  }
}
