internal import CloudLinkerAPI
internal import Foundation
internal import Kubernetes
internal import Testing

/// Real API servers, started once for all tests and stopped with the test process: one of `KUBEBUILDER_ASSETS`
/// (1.20 where nothing newer is given) and the custom-resource server of 1.36 of `CLOUDLINKER_CRD_SERVER`.
actor APIServers {
  static let hasCore = ProcessInfo.processInfo.environment["KUBEBUILDER_ASSETS"] != nil
  static let hasModern = hasCore && ProcessInfo.processInfo.environment["CLOUDLINKER_CRD_SERVER"] != nil
  static let shared = APIServers()

  private var starting: Task<Running, any Error>?
  private var installing: [String: Task<Void, any Error>] = [:]

  struct Running: Sendable {
    var core: APIServer
    var modern: APIServer
    var kubeconfig: String
  }
  struct Failure: Error, CustomStringConvertible { var description: String }

  func running() async throws -> Running {
    if let starting { return try await starting.value }
    let task = Task { try await Self.start() }
    starting = task
    return try await task.value
  }

  /// The server of `KUBEBUILDER_ASSETS`, with this version's CRDs established.
  func core() async throws -> APIServer { try await installed(running().core) }
  /// The custom-resource server, likewise.
  func modern() async throws -> APIServer { try await installed(running().modern) }

  private func installed(_ server: APIServer) async throws -> APIServer {
    let task =
      installing[server.base]
      ?? Task { for definition in CustomResourceDefinition.all { try await server.install(definition.json) } }
    installing[server.base] = task
    try await task.value
    return server
  }

  private static func start() async throws -> Running {
    let ports = try freePorts(4)
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "api-servers")
    let line = try await Subprocess.keep(script.path, ports.map(String.init))
    guard line.hasPrefix("ready ") else { throw Failure(description: "the API servers did not start: \(line)") }
    let folder = line.dropFirst("ready ".count)
    return Running(
      core: APIServer(base: "https://127.0.0.1:\(ports[0])"),
      modern: APIServer(base: "https://127.0.0.1:\(ports[1])"),
      kubeconfig: "\(folder)/kubeconfig"
    )
  }

  private static func freePorts(_ count: Int) throws -> [Int] {
    // All are held until all are known, so that no two are the same.
    var sockets: [Int32] = []
    defer { for socket in sockets { close(socket) } }
    return try (0..<count).map { _ in
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      sockets.append(descriptor)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let failed = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, length) != 0 || getsockname(descriptor, $0, &length) != 0
        }
      }
      if failed { throw Failure(description: "no free port") }
      return Int(UInt16(bigEndian: address.sin_port))
    }
  }
}

/// One API server, spoken to by curl: what is tested is the server's answers, not a client.
struct APIServer: Sendable {
  var base: String

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
    var arguments = [
      "-ks", "-X", method, "-H", "Authorization: Bearer test", "-H", "Accept: \(accept)",
      "-H", "Content-Type: \(contentType)", "-w", "\n%{http_code}", base + path,
    ]
    let encoder = JSONEncoder()
    // Server-side apply reads YAML, which knows no "\/".
    encoder.outputFormatting = .withoutEscapingSlashes
    let input = try body.map { try encoder.encode($0) }
    if input != nil { arguments += ["--data-binary", "@-"] }
    let output = try await Subprocess.run("/usr/bin/env", ["curl"] + arguments, input: input)
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
    guard let status = lines.last.flatMap({ Int($0) }) else { throw APIServers.Failure(description: output) }
    let text = lines.dropLast().joined(separator: "\n")
    return Answer(
      status: status,
      body: (try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))) ?? .string(text)
    )
  }

  static let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
  func path(_ type: ResourceType, group: String? = nil, _ name: String? = nil) -> String {
    "/apis/\(group ?? type.group)/\(type.version)/namespaces/default/\(type.plural)" + (name.map { "/\($0)" } ?? "")
  }

  /// Creates or replaces a definition and waits until it is served.
  func install(_ definition: JSONValue) async throws {
    let name = definition["metadata.name"]?.text ?? ""
    let existing = try await request("GET", "\(Self.definitions)/\(name)")
    let answer: Answer
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
    guard answer.isSuccess else { throw APIServers.Failure(description: "\(name): \(answer.message)") }
    let group = definition["spec.group"]?.text ?? ""
    let plural = definition["spec.names.plural"]?.text ?? ""
    try await eventually("\(name) is served") {
      try await request("GET", "/apis/\(group)/v1alpha1/namespaces/default/\(plural)").isSuccess
    }
  }

  /// Would it be taken? Nothing is stored.
  func dryRun(_ type: ResourceType, _ object: JSONValue, strict: Bool = false) async throws -> Answer {
    try await request("POST", path(type) + "?dryRun=All" + (strict ? "&fieldValidation=Strict" : ""), object)
  }
}

/// Asks a real server again until it is so; 30 s at most.
func eventually(_ what: String, _ isSo: () async throws -> Bool) async throws {
  for _ in 0..<150 {
    if try await isSo() { return }
    try await Task.sleep(for: .milliseconds(200))
  }
  throw APIServers.Failure(description: "not within 30 s: \(what)")
}
