import CloudLinkerAPI
import FoundationEssentials
import Foundations
import SimulatorSupport

@testable import Reconcilers

/// Somebody who works in the cloud without the operator: makes networks by hand, and breaks what the operator made.
protocol Outsider: Sendable {
  /// A network of 10.10.0.0/16 with a subnet, and an address.
  func makeNetwork() async throws -> HandMade
  /// What can be done to the network of that Backbone, in an order in which the cloud permits all of it. It has one zone.
  func breakages(of environment: SimulatedEnvironment) async throws -> [Breakage]
}

/// Ids of what was made by hand.
struct HandMade: Sendable {
  var network: String
  var subnet: BackboneSpec.Subnet
  var address: String
}

struct Breakage: Sendable {
  var what: String
  /// In the event about its repair.
  var note: String
  var act: @Sendable () async throws -> Void

  init(_ what: String, note: String, act: @escaping @Sendable () async throws -> Void) {
    self.what = what
    self.note = note
    self.act = act
  }
}

extension CloudSimulator {
  static let handMadeRange = "10.10.200.0/24"

  func outsider() async throws -> any Outsider {
    switch provider {
    case .gcp: try await GoogleCloudOutsider(self)
    case .azure: try await AzureOutsider(self)
    default: try await AWSOutsider(self)
    }
  }

  /// An id of the right form of a network that is not there.
  var nowhere: String {
    switch provider {
    case .gcp: "nowhere"
    case .azure:
      "/subscriptions/\(spec().azure?.subscriptionID ?? "")/resourceGroups/nowhere/providers/Microsoft.Network"
        + "/virtualNetworks/nowhere"
    default: "vpc-0123456789abcdef0"
    }
  }

  /// Puts something of somebody else's into a subnet. -> its id
  func putForeign(into subnet: String) async throws -> String {
    let body: JSONValue =
      switch provider {
      case .gcp: ["subnetwork": .string(subnet)]
      case .azure: ["subnet": .string(subnet)]
      default: ["subnet": .string(subnet), "region": .string(spec().region)]
      }
    let answer = try await control("POST", "foreign", body)
    guard case .object(let fields) = try JSONDecoder().decode(JSONValue.self, from: Data(answer)),
      case .string(let id)? = fields["id"]
    else { throw Failure(message: "the simulator names nothing") }
    return id
  }
  func removeForeign(_ id: String) async throws { try await control("POST", "foreign", ["remove": .string(id)]) }
}
