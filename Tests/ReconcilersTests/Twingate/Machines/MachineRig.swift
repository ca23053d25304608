import CloudLinkerAPI
import Foundations
import Kubernetes
import Testing

@testable import Reconcilers

/// One cloud, as the tests of connectors in a Backbone see it.
struct MachineRig: Sendable, CustomTestStringConvertible {
  let provider: CloudProvider
  /// As Twingate's console has it.
  let location: String
  /// Where two connectors stand.
  let zones: Set<String>
  /// What two connectors take besides their machines, by type.
  let made: [String: Int]
  /// The most requests of a look at which all is as it should be.
  let mostReads: Int
  /// How somebody in the console takes a machine away.
  let losses: [String]
  /// Settings of a simulator that shows things late.
  let slow: [String: JSONValue]
  /// A right that is missing, and what the status says of it.
  let refusal: (operation: String, code: String, message: String, words: String)
  /// All calls that make machines.
  let calls: String
  /// What shows where a machine finds its tokens.
  let hint: String
  /// Makes other machines necessary.
  let change: @Sendable (inout TwingateSpec) -> Void

  var testDescription: String { provider.rawValue }
  var simulator: CloudSimulator? { SimulatedBackbone.on(provider) }
  static let all = [aws, google, azure].filter { $0.simulator != nil }

  static let aws = MachineRig(
    provider: .aws,
    location: "AWS",
    zones: ["eu-west-1a", "eu-west-1b"],
    made: ["role": 2, "secret": 2],
    mostReads: 8,
    losses: ["terminate"],
    slow: ["consistencyReads": 2, "operationReads": 2],
    refusal: ("iam:CreateRole", "AccessDenied", "no", "iam:CreateRole is not permitted"),
    calls: "ec2:*",
    hint: "secretsmanager.GetSecretValue",
    change: { $0.connectors?.logLevel = 7 }
  )
  static let google = MachineRig(
    provider: .gcp,
    location: "GOOGLE_CLOUD",
    zones: ["europe-west1-b", "europe-west1-c"],
    made: ["serviceAccounts": 1, "secrets": 2, "firewalls": 2],
    mostReads: 10,
    losses: ["delete", "stop"],
    slow: ["consistencyReads": 3, "operationReads": 2],
    refusal: (
      "secretmanager.projects.secrets.create", "PERMISSION_DENIED",
      "Permission 'secretmanager.secrets.create' denied for resource 'projects/cloudlinker-test'",
      "secretmanager.secrets.create is not permitted"
    ),
    calls: "compute.*",
    hint: "user-data",
    change: { $0.connectors?.gcp = .init(machineType: "e2-medium") }
  )
  static let azure = MachineRig(
    provider: .azure,
    location: "AZURE",
    zones: ["1", "2"],
    made: ["networkSecurityGroups": 1, "subnets": 2],
    mostReads: 6,
    losses: ["delete", "stop"],
    slow: ["operationReads": 4],
    refusal: (
      "Microsoft.ContainerInstance/containerGroups/write", "AuthorizationFailed",
      "The client does not have authorization to perform action 'Microsoft.ContainerInstance/containerGroups/write' over scope '/'",
      "Microsoft.ContainerInstance/containerGroups/write is not permitted"
    ),
    calls: "Microsoft.ContainerInstance/*",
    hint: "TWINGATE_ACCESS_TOKEN",
    change: { $0.connectors?.logLevel = 7 }
  )

  func backbone() async throws -> SimulatedBackbone { try await SimulatedBackbone(on: provider) }

  /// A connection with two connectors in it.
  static func world(
    _ backbone: SimulatedBackbone,
    _ change: (inout TwingateSpec) -> Void = { _ in }
  ) async throws -> TwingateWorld {
    try await TwingateWorld(in: backbone) { spec in
      spec.connectors = .init(count: 2)
      spec.connectors?.backboneRef = LocalReference(name: SimulatedBackbone.name)
      spec.resources?[0].address = "grafana.internal.example.com"
      change(&spec)
    }
  }

  static func settled(_ backbone: SimulatedBackbone) async throws -> TwingateWorld {
    let world = try await world(backbone)
    try #require(try await world.reconcile(atMost: 100) { world.isSettled }, "\(world.words)")
    return world
  }

  func settled() async throws -> TwingateWorld { try await Self.settled(try await backbone()) }

  /// Whether the cloud has what two connectors take, and nothing more.
  func hasAll(_ counts: [String: Int], beside empty: [String: Int]) -> Bool {
    made.allSatisfy { (counts[$0.key] ?? 0) - (empty[$0.key] ?? 0) == $0.value }
  }

  /// Errors that the simulator found in requests.
  func mistakes() async throws -> [JSONValue] {
    let exchanges = try await simulator?.exchanges() ?? []
    return exchanges.flatMap { $0.findings ?? [] }.filter { $0["severity"]?.text == "error" }
  }
}
