import CloudLinkerAPI
import FoundationEssentials
import Foundations
import HTTPTransport
import Kubernetes
import KubernetesTesting

@testable import AWS
@testable import Reconcilers

/// A Backbone whose network stands in the simulator of AWS, for connectors in it.
struct SimulatedBackbone: Sendable {
  static let aws = on(.aws)
  static func on(_ provider: CloudProvider) -> CloudSimulator? { CloudSimulator.all.first { $0.provider == provider } }
  static let name = "net"

  let simulator: CloudSimulator
  let backbone: Backbone
  let secret: Secret
  /// Objects by type, with the network and nothing else.
  let empty: [String: Int]

  init(on provider: CloudProvider = .aws, _ change: (inout BackboneSpec) -> Void = { _ in }) async throws {
    guard let simulator = Self.on(provider) else {
      throw CloudSimulator.Failure(message: "no simulator of \(provider)")
    }
    self.simulator = simulator
    try await simulator.reset()
    let environment = try await SimulatedEnvironment(simulator) { spec in
      spec.network.zones = 2
      change(&spec)
    }
    guard try await environment.reconcile(until: { environment.isReady }), let backbone = environment.backbone,
      let secret = environment.server.object(Secret.self, ObjectKey(namespace: "production", name: "cloud"))
    else { throw CloudSimulator.Failure(message: environment.words) }
    (self.backbone, self.secret) = (backbone, secret)
    empty = try await simulator.counts()
  }

  func put(into server: MemoryServer) {
    server.put(backbone)
    server.put(secret)
  }
}

/// Leads what is for Twingate there, and everything else where its URL says.
struct CloudRouter: Transport {
  let twingate: any Transport
  let cloudURL: String?
  private let direct = CurlTransport(.init(proxy: .none))

  init(twingate: any Transport, cloudURL: String?) { (self.twingate, self.cloudURL) = (twingate, cloudURL) }

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    if let cloudURL, request.url.hasPrefix(cloudURL) { return try await direct.send(request) }
    return try await twingate.send(request)
  }
  func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStreamingResponse {
    try await twingate.stream(request)
  }
}

extension TwingateWorld {
  /// Machines that run, as EC2 shows them, by their ids.
  func machines() async throws -> [String: [String: JSONValue]] {
    guard let cloud else { return [:] }
    return try await cloud.objects().compactMapValues { object in
      guard case .object(let fields) = object, case .object(let state)? = fields["instanceState"],
        state["name"]?.text == "running"
      else { return nil }
      return fields
    }
  }

  /// Every machine that runs logs in with the tokens of its connector, if it was started for those.
  func beatMachines() async throws -> Int {
    var heard = 0
    for (id, machine) in try await machines() {
      let tags = Self.tags(of: machine)
      guard let role = tags["cloudlinker.dev/role"], role.hasPrefix("machine-"),
        let secret = server.objects(Secret.self).first(where: {
          $0.metadata.labels?[ConnectorObjects.keyLabel] == String(role.dropFirst("machine-".count))
        })
      else { continue }
      let data = SecretReader.decode(secret.data ?? [:])
      guard let access = data["accessToken"], let refresh = data["refreshToken"] else { continue }
      if try await beat(access: access, refresh: refresh, host: id) { heard += 1 }
    }
    return heard
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
