internal import CloudLinkerAPI
internal import Digests
internal import FoundationEssentials
internal import Gateway
internal import Kubernetes

/// The content of one gateway's Secret: `gateway.json` and the files it names.
struct GatewaySecret: Sendable, Hashable {
  /// SHA-256 over everything but itself; the gateway reports the one it has loaded.
  var revision: String
  /// As the API carries it: base64.
  var data: [String: String]

  /// - Parameters:
  ///   - configuration: with an empty revision; it is filled in here.
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
    // Encoding thousands of forwards is not done twice: the revision is put into what was hashed. No value can look like
    // this, because quotes within one are escaped.
    let place = Array(#""revision":""#.utf8)
    guard let start = json.indices.last(where: { json[$0...].starts(with: place) }) else {
      throw RefusedContent(part: .configuration, message: "the configuration has no field revision")
    }
    json.insert(contentsOf: revision.utf8, at: start + place.count)
    data = files.mapValues { Data($0).base64EncodedString() }
    data["gateway.json"] = Data(json).base64EncodedString()
  }
}
