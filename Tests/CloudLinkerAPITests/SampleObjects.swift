internal import CloudLinkerAPI
internal import Foundation
import Foundations
internal import Kubernetes
internal import YAML

/// A custom resource that a person or a script of this repository would apply, in namespace `default`.
struct SampleObject: CustomStringConvertible {
  var type: ResourceType
  var object: JSONValue
  /// Words of the refusal, if it must be refused by some server or by the operator.
  var refusal: [String]?
  var description: String { "\(type.kind) \(object["metadata.name"]?.text ?? "")" }

  /// What `hack/sample-objects` prints: examples, pages of docs/, the end-to-end suite and hack/bench.
  static func all() throws -> [SampleObject] {
    let types = [
      PortForward.resourceType, VPNConnection.resourceType, Backbone.resourceType, PrivateCluster.resourceType,
    ]
    return try YAML.decodeAll(JSONValue.self, from: Repository.output(of: "hack/sample-objects")).compactMap {
      document in
      let object = document["refused"] ?? document
      guard var type = types.first(where: { object["kind"]?.text == $0.kind }),
        let version = object["apiVersion"]?.text?.split(separator: "/").last
      else {
        throw APIServers.Failure(description: "not a kind of this group: \(object)")
      }
      type.version = String(version)
      return SampleObject(
        type: type,
        object: object.replacing("metadata.namespace", "default"),
        refusal: document["refused"].map { _ in (document["words"]?.items ?? []).compactMap(\.text) }
      )
    }
  }
}

enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL

  /// Standard output of a script of the repository; throws unless it succeeds.
  static func output(of script: String, _ arguments: [String] = []) throws -> [UInt8] {
    let process = Process()
    process.executableURL = root.appending(path: script)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw APIServers.Failure(description: "\(script) failed with \(process.terminationStatus)")
    }
    return Array(output)
  }
}
