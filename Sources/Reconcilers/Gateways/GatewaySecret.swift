internal import CloudLinkerAPI
internal import Digests
internal import FoundationEssentials
internal import Gateway
internal import Kubernetes

/// The content of a gateway's Secret: `gateway.json` and the files it names.
struct GatewaySecret: Sendable, Hashable {
  /// The SHA-256 of everything else. The gateway reports the revision that it has loaded.
  var revision: String
  /// In base64, as in the API.
  var data: [String: String]

  /// - Parameters:
  ///   - configuration: with an empty revision, which is filled in here.
  ///   - files: contents by file name.
  init(configuration: GatewayConfiguration, files: [String: [UInt8]]) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var json = [UInt8](try encoder.encode(configuration))
    var hashed = json
    for (name, content) in files.sorted(by: { $0.key < $1.key }) {
      hashed += Array("\n\(name) \(content.count)\n".utf8) + content
    }
    revision = String(SHA256.text(hashed).prefix(16))
    // Thousands of forwards are not encoded twice: the revision is inserted into the text that was hashed. No value can
    // look like this, because quotes within one are escaped.
    let place = Array(#""revision":""#.utf8)
    guard let start = json.indices.last(where: { json[$0...].starts(with: place) }) else {
      throw RefusedContent(part: .configuration, message: "the configuration has no field revision")
    }
    json.insert(contentsOf: revision.utf8, at: start + place.count)
    data = files.mapValues { Data($0).base64EncodedString() }
    data["gateway.json"] = Data(json).base64EncodedString()
  }
}
