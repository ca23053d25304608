import Cloud
import CloudConnectors
import CloudLinkerAPI
import FoundationEssentials
import Foundations
import HTTPTransport
import Kubernetes
import KubernetesTesting
import SimulatorSupport

@testable import AWS
@testable import Reconcilers

/// A Backbone for connectors, whose network is in a simulator.
struct SimulatedBackbone: Sendable {
  static let aws = on(.aws)
  static let gcp = on(.gcp)
  static let azure = on(.azure)
  static func on(_ provider: CloudProvider) -> CloudSimulator? { CloudSimulator.all.first { $0.provider == provider } }
  static let name = "net"

  let simulator: CloudSimulator
  /// The environment that maintains the network.
  let environment: SimulatedEnvironment
  let backbone: Backbone
  let secret: Secret
  /// The number of objects by type, when there is only the network.
  let empty: [String: Int]

  /// - Parameters:
  ///   - prepare: makes what must exist before the network.
  ///   - change: changes a spec with two zones.
  init(
    on provider: CloudProvider = .aws,
    prepare: (CloudSimulator) async throws -> Void = { _ in },
    _ change: (inout BackboneSpec) -> Void = { _ in }
  ) async throws {
    guard let simulator = Self.on(provider) else {
      throw CloudSimulator.Failure(message: "no simulator of \(provider)")
    }
    self.simulator = simulator
    try await simulator.reset()
    try await prepare(simulator)
    let environment = try await SimulatedEnvironment(simulator) { spec in
      spec.network.zones = 2
      change(&spec)
    }
    guard try await environment.reconcile(until: { environment.isReady }), let backbone = environment.backbone,
      let secret = environment.server.object(Secret.self, ObjectKey(namespace: "production", name: "cloud"))
    else { throw CloudSimulator.Failure(message: environment.words) }
    (self.environment, self.backbone, self.secret) = (environment, backbone, secret)
    empty = try await simulator.counts()
  }

  func put(into server: MemoryServer) {
    server.put(backbone)
    server.put(secret)
  }
}

/// Sends requests for Twingate to its simulator, and all others to the hosts in their URLs.
struct CloudRouter: Transport {
  let twingate: any Transport
  /// Sends requests to the cloud.
  let cloud: any Transport
  let cloudURL: String?

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    if let cloudURL, request.url.hasPrefix(cloudURL) { return try await cloud.send(request) }
    return try await twingate.send(request)
  }
  func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStreamingResponse {
    try await twingate.stream(request)
  }
}

extension TwingateWorld {
  /// The running machines as their cloud shows them, by their ids.
  func machines() async throws -> [String: [String: JSONValue]] {
    guard let cloud else { return [:] }
    if cloud.provider == .gcp {
      var machines: [String: [String: JSONValue]] = [:]
      for case (let path, .object(let fields)) in try await cloud.objects()
      where path.contains("/instances/") && fields["status"]?.text == "RUNNING" {
        machines[path.split(separator: "/").last.map(String.init) ?? ""] = fields
      }
      return machines
    }
    if cloud.provider == .azure {
      var machines: [String: [String: JSONValue]] = [:]
      for case (let path, .object(let fields)) in try await cloud.objects()
      where path.contains("/containerGroups/") && fields["properties"]?["instanceView"]?["state"]?.text == "Running" {
        machines[path.split(separator: "/").last.map(String.init) ?? ""] = fields
      }
      return machines
    }
    return try await cloud.objects().compactMapValues { object in
      guard case .object(let fields) = object, case .object(let state)? = fields["instanceState"],
        state["name"]?.text == "running"
      else { return nil }
      return fields
    }
  }

  /// Whether all machines are replaced in the end, and as many as before run all the time.
  func isReplaced(_ before: Set<String>) async throws -> Bool {
    var fewest = before.count
    for _ in 0..<120 {
      _ = try await reconcile(atMost: 1) { false }
      let machines = Set(try await machines().keys)
      fewest = min(fewest, machines.count)
      if isSettled, before.isDisjoint(with: machines), machines.count == before.count { break }
    }
    let after = Set(try await machines().keys)
    return fewest == before.count && after.count == before.count && after.isDisjoint(with: before)
  }

  /// Has every running machine log in with the tokens of its connector, if it was started for those.
  func beatMachines() async throws -> Int {
    var heard = 0
    for (id, machine) in try await machines() {
      guard let key = Self.connectorKey(of: machine),
        let secret = server.objects(Secret.self).first(where: {
          $0.metadata.labels?[ConnectorObjects.keyLabel] == key
        })
      else { continue }
      let data = SecretReader.decode(secret.data ?? [:])
      guard let access = data["accessToken"], let refresh = data["refreshToken"] else { continue }
      let tokens = ConnectorSecret(
        access: SecretText(String(decoding: access, as: UTF8.self)),
        refresh: SecretText(String(decoding: refresh, as: UTF8.self))
      )
      // In Google Cloud and Azure a machine's name ends with the version of its tokens.
      guard cloud?.provider == .aws || id.hasSuffix(tokens.version.prefix(8)) else { continue }
      if try await beat(access: access, refresh: refresh, host: id) { heard += 1 }
    }
    return heard
  }

  private static func connectorKey(of machine: [String: JSONValue]) -> String? {
    if let label = machine["labels"]?["cloudlinker-connector"]?.text { return label }
    if let tag = machine["tags"]?["cloudlinker.dev-connector"]?.text {
      return tag.split(separator: "/").last.map(String.init)
    }
    let role = tags(of: machine)["cloudlinker.dev/role"]
    return role.flatMap { $0.hasPrefix("machine-") ? String($0.dropFirst("machine-".count)) : nil }
  }

  static func tags(of machine: [String: JSONValue]) -> [String: String] {
    guard case .array(let items)? = machine["tagSet"] else { return [:] }
    var tags: [String: String] = [:]
    for case .object(let tag) in items {
      if let key = tag["key"]?.text { tags[key] = tag["value"]?.text }
    }
    return tags
  }
}
