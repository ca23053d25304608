import Azure
import Cloud
import CloudLinkerAPI
import CloudResources
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@testable import CloudNetworks
@testable import Reconcilers

/// A Backbone against the fake, step by step.
struct AzureRig {
  static let subscription = "11111111-1111-1111-1111-111111111111"
  static let mark = OwnershipMark(namespace: "production", name: "main", uid: "u-1")

  let world = BackboneWorld()
  let fake: AzureFake
  /// Between the client and Azure.
  let faults: FaultTransport
  let network: AzureNetwork
  var desired: DesiredNetwork
  var names: AzureNames

  init(group: String? = nil, sharing fake: AzureFake = AzureFake(), _ change: (inout DesiredNetwork) -> Void = { _ in })
  {
    self.fake = fake
    faults = FaultTransport(fake.transport)
    let source = AzureCredentialSource(
      credential: .managedIdentity(clientID: nil),
      subscriptionID: Self.subscription
    )
    let client = AzureClient(
      source,
      transport: faults,
      time: VirtualTimeSource(),
      retry: .init(maxAttempts: 1),
      budget: RequestBudget(burst: 1_000_000)
    )
    network = AzureNetwork(client: client, region: "West Europe", resourceGroup: group, time: world.time)
    desired = Self.desired()
    change(&desired)
    names = AzureNames(desired.mark, subscriptionID: Self.subscription, givenGroup: group)
  }

  static func desired() -> DesiredNetwork {
    func range(_ text: String) -> IPv4Network {
      IPv4Network(text) ?? IPv4Network(containing: .init(bits: 0), prefixLength: 0)
    }
    var desired = DesiredNetwork(
      mark: mark,
      region: "westeurope",
      cidr: range("10.0.0.0/16"),
      subnets: [
        .init(name: "private-a", zone: "1", cidr: range("10.0.0.0/20")),
        .init(name: "private-b", zone: "2", cidr: range("10.0.16.0/20")),
      ]
    )
    desired.egressRules = [.init(cidr: range("0.0.0.0/0"), transport: .tcp, ports: [443...443])]
    desired.tags = ["team": "blue"]
    return desired
  }

  var networkID: ResourceID { names.id(.network) }
  func subnetID(_ name: String) -> ResourceID { names.id(.subnet(name)) }

  func observe() async throws -> AzureObserved { try await network.gather(desired, .present) }

  func plan(_ goal: NetworkGoal = .present) async throws -> NetworkPlan<AzureAction> {
    let desired = remembering
    return AzureNetwork.plan(desired, goal: goal, try await network.gather(desired, goal), now: Timestamp(seconds: 0))
  }

  /// With what the status knows.
  private var remembering: DesiredNetwork {
    var desired = desired
    desired.knownIDs.merge(Ledger(world.status).ids) { $1 }
    return desired
  }

  /// Where the process crashes: before or after the action of that number, counted over all plans.
  struct Crash {
    var number: Int
    var isAfter: Bool
  }

  /// Plans and acts until nothing is left to do or to wait for; then gives the last plan and the actions done.
  func converge(_ goal: NetworkGoal = .present, crash: Crash? = nil) async throws -> (
    NetworkPlan<AzureAction>, [String]
  ) {
    var done: [String] = []
    var hasCrashed = crash == nil
    for _ in 0..<80 {
      let limit = crash.map { hasCrashed ? Int.max : $0.number + ($0.isAfter ? 1 : 0) - done.count } ?? .max
      let pass = try await world.pass(
        network,
        remembering,
        goal,
        now: Timestamp(seconds: 0),
        crashingAfter: limit,
        isLate: crash?.isAfter == false
      )
      done += pass.performed
      if let failure = pass.failures.first { throw failure }
      if pass.plan.actions.isEmpty && pass.plan.waiting.isEmpty { return (pass.plan, done) }
      // After a crash the next process comes before Azure is done.
      if pass.result == nil { hasCrashed = true } else { fake.settle() }
    }
    Issue.record("does not converge")
    return (try await plan(goal), done)
  }

  /// A network interface, as a subnet tells of it.
  func occupy(_ subnet: String, by name: String) {
    let path = "\(names.groupID)/providers/Microsoft.Network/networkInterfaces/\(name)/ipConfigurations/one"
    fake[subnetID(subnet)]?["properties", "ipConfigurations"] = [["id": .string(path)]]
  }

  /// Something of somebody else's.
  func place(_ id: ResourceID, _ properties: JSONValue = .object([:]), tags: JSONValue = .object([:])) {
    var properties = properties
    properties["provisioningState"] = "Succeeded"
    fake[id] = [
      "id": .string(id.description), "name": .string(id.name), "location": "westeurope", "tags": tags, "etag": "W/0",
      "properties": properties,
    ]
  }
}
