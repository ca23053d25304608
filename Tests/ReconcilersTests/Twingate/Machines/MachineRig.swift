import CloudLinkerAPI
import Foundations
import Kubernetes
import SimulatorSupport
import Testing

@testable import Reconcilers

/// The properties of one cloud that tests of connectors in a Backbone need.
struct MachineRig: Sendable, CustomTestStringConvertible {
  let provider: CloudProvider
  /// The location in Twingate's console.
  let location: String
  /// The zones of two connectors.
  let zones: Set<String>
  /// How many objects two connectors need besides their machines, by type.
  let made: [String: Int]
  /// The most requests of a check that finds everything as it should be.
  let mostReads: Int
  /// The ways in which somebody in the console can take a machine away.
  let losses: [String]
  /// Settings of a simulator that shows things late.
  let slow: [String: JSONValue]
  /// A refusal because a right is missing, and how the status reports it.
  let refusal: (operation: String, code: String, message: String, words: String)
  /// The call that makes a machine, and why the cloud says that it failed after it was accepted; nil: such calls do not fail.
  let failure: (call: String, code: String)?
  /// The calls of the service that makes machines.
  let calls: String
  /// Text that shows where a machine finds its tokens.
  let hint: String
  /// A change of the spec that needs other machines.
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
    failure: nil,
    calls: "ec2:*",
    hint: "secretsmanager.GetSecretValue",
    change: { $0.connectors?.logLevel = 7 }
  )
  static let google = MachineRig(
    provider: .gcp,
    location: "GOOGLE_CLOUD",
    zones: ["europe-west1-b", "europe-west1-c"],
    made: ["serviceAccounts": 2, "secrets": 2, "firewalls": 2],
    mostReads: 10,
    losses: ["delete", "stop"],
    slow: ["consistencyReads": 3, "operationReads": 2],
    refusal: (
      "secretmanager.projects.secrets.create", "PERMISSION_DENIED",
      "Permission 'secretmanager.secrets.create' denied for resource 'projects/cloudlinker-test'",
      "secretmanager.secrets.create is not permitted"
    ),
    failure: ("compute.instances.insert", "ZONE_RESOURCE_POOL_EXHAUSTED"),
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
    failure: ("Microsoft.ContainerInstance/containerGroups/write", "ContainerGroupQuotaReached"),
    calls: "Microsoft.ContainerInstance/*",
    hint: "TWINGATE_ACCESS_TOKEN",
    change: { $0.connectors?.logLevel = 7 }
  )

  func backbone() async throws -> SimulatedBackbone { try await SimulatedBackbone(on: provider) }

  /// A connection with two connectors in the Backbone.
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

  /// Whether the cloud has exactly the objects that two connectors need.
  func hasAll(_ counts: [String: Int], beside empty: [String: Int]) -> Bool {
    made.allSatisfy { (counts[$0.key] ?? 0) - (empty[$0.key] ?? 0) == $0.value }
  }

  /// Errors that the simulator found in requests.
  func mistakes() async throws -> [JSONValue] {
    let exchanges = try await simulator?.exchanges() ?? []
    return exchanges.flatMap { $0.findings ?? [] }.filter { $0["severity"]?.text == "error" }
  }
}
