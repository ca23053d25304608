internal import CloudLinkerAPI
internal import Foundation
import Foundations
internal import HTTPTransport
internal import Kubernetes
internal import KubernetesTesting
internal import TestSupport
internal import Testing

/// Real API servers with this version's CRDs: the one of `KUBEBUILDER_ASSETS` (1.20 where nothing newer is given) and
/// the custom-resource server of 1.36 of `CLOUDLINKER_CRD_SERVER`.
enum APIServers {
  struct Failure: Error, CustomStringConvertible { var description: String }

  static func core() async throws -> APIServer { try await startedCore.value }
  static func modern() async throws -> APIServer { try await startedModern.value }

  private static let startedCore = Task {
    let plane = try await TestControlPlane.shared()
    return try await withDefinitions(APIServer(plane.server, tls: plane.tls()))
  }
  private static let startedModern = Task {
    let plane = try await TestControlPlane.shared()
    return try await withDefinitions(APIServer(TestControlPlane.sharedCustomResourceServer(), tls: plane.tls()))
  }

  private static func withDefinitions(_ server: APIServer) async throws -> APIServer {
    for definition in CustomResourceDefinition.all { try await server.install(definition.json) }
    return server
  }
}

/// One API server, spoken to in plain HTTP: what is tested is the server's answers, not a client.
struct APIServer: Sendable {
  var base: String
  private let transport: CurlTransport

  init(_ base: String, tls: TLSConfiguration) {
    self.base = base
    transport = CurlTransport(.init(tls: tls, proxy: .none))
  }

  struct Answer: Sendable {
    var status: Int
    var body: JSONValue
    var isSuccess: Bool { (200..<300).contains(status) }
    /// The fields that a refusal names.
    var causes: [(field: String, message: String)] {
      (body["details.causes"]?.items ?? []).map { cause in
        // A rule at the top, about metadata.name, has no field.
        let field = cause["field"]?.text ?? ""
        return (field == "<nil>" ? "" : field, cause["message"]?.text ?? "")
      }
    }
    var message: String { body["message"]?.text ?? "" }
  }

  func request(
    _ method: String,
    _ path: String,
    _ body: JSONValue? = nil,
    contentType: String = "application/json",
    accept: String = "application/json"
  ) async throws -> Answer {
    let encoder = JSONEncoder()
    // Server-side apply reads YAML, which knows no "\/".
    encoder.outputFormatting = .withoutEscapingSlashes
    let token = TestControlPlane.Token.admin.rawValue
    let request = HTTPRequest(
      method: method,
      url: base + path,
      headers: ["Authorization": "Bearer \(token)", "Accept": accept, "Content-Type": contentType],
      body: try body.map { [UInt8](try encoder.encode($0)) } ?? []
    )
    let response = try await transport.send(request)
    let text = String(decoding: response.body, as: UTF8.self)
    return Answer(
      status: response.status,
      body: (try? JSONDecoder().decode(JSONValue.self, from: Data(response.body))) ?? .string(text)
    )
  }

  static let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
  func path(_ type: ResourceType, group: String? = nil, _ name: String? = nil) -> String {
    "/apis/\(group ?? type.group)/\(type.version)/namespaces/default/\(type.plural)" + (name.map { "/\($0)" } ?? "")
  }

  /// Creates or replaces a definition and waits until it is served.
  func install(_ definition: JSONValue) async throws {
    let name = definition["metadata.name"]?.text ?? ""
    var answer: Answer
    repeat {
      let existing = try await request("GET", "\(Self.definitions)/\(name)")
      if existing.isSuccess {
        let version = existing.body["metadata.resourceVersion"]
        answer = try await request(
          "PUT",
          "\(Self.definitions)/\(name)",
          definition.replacing("metadata.resourceVersion", version)
        )
      } else {
        answer = try await request("POST", Self.definitions, definition)
      }
      // The server itself writes the status of a definition.
    } while answer.status == 409
    guard answer.isSuccess else { throw APIServers.Failure(description: "\(name): \(answer.message)") }
    let group = definition["spec.group"]?.text ?? ""
    let plural = definition["spec.names.plural"]?.text ?? ""
    let isServed = await eventually {
      try await request("GET", "/apis/\(group)/v1alpha1/namespaces/default/\(plural)").isSuccess
    }
    guard isServed else { throw APIServers.Failure(description: "\(name) is not served") }
  }

  /// Would it be taken? Nothing is stored.
  func dryRun(_ type: ResourceType, _ object: JSONValue, strict: Bool = false) async throws -> Answer {
    try await request("POST", path(type) + "?dryRun=All" + (strict ? "&fieldValidation=Strict" : ""), object)
  }
}
