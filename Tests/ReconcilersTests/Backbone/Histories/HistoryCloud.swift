import HTTPTransportTesting
import TestSupport

@testable import CloudNetworks
@testable import Reconcilers

/// A cloud in memory in which a `NetworkHistory` happens: what people and the cloud itself do there, and what is there.
///
/// The operator's real client, catalogue and acting code work with it over `faults`.
protocol HistoryCloud: Sendable {
  associatedtype Provider: NetworkProvider
  /// With objects of others in it, where the seed says so.
  init(_ random: inout SeededGenerator)
  /// What makes its inventory another one for the same spec.
  var kind: String { get }
  /// Another one without anything in it, where nothing happens.
  func empty() -> Self
  var world: BackboneWorld { get }
  /// Between the client and the cloud.
  var faults: FaultTransport { get }
  var provider: Provider { get }

  /// The process that has crashed is started again and remembers nothing.
  mutating func restart()

  // MARK: What happens

  /// A spec, other than the last one or not.
  func spec(_ random: inout SeededGenerator) -> DesiredNetwork
  /// Someone changes or deletes an object of the Backbone.
  /// - Returns: what was done; nil: nothing is there.
  mutating func interfere(_ random: inout SeededGenerator) -> String?
  /// Someone does what only a person can undo: an object of theirs in the way, a mark taken off, a workload started.
  mutating func obstruct(_ random: inout SeededGenerator) -> String?
  /// Takes back what `obstruct` did.
  mutating func resolve()
  /// The cloud refuses the next writes, or fails at them.
  mutating func refuse(_ random: inout SeededGenerator) -> String
  /// The cloud ends what takes it a while, and shows everything that was made.
  func settle()
  /// An hour passes: the cloud forgets what it keeps for so long, and refuses nothing any more.
  mutating func rest()

  // MARK: What is there

  /// Objects of others, by id.
  var foreign: [String: AnyHashable] { get }
  /// All objects by id, without marks and tags of the operator's, and without those that are being deleted.
  var contents: [String: AnyHashable] { get }
  /// What bears a mark that can be removed.
  var marked: [String] { get }
  /// Objects that bear the mark, as one who compares two networks sees them: without ids, and without what the operator may
  /// choose once and then has to keep.
  var inventory: [String] { get }
  /// Addresses and NAT gateways of the Backbone that serve, or will: ids by role.
  var billed: [String: Set<String>] { get }
  /// The roles of `billed` that a spec wants.
  func billedRoles(_ desired: DesiredNetwork) -> Set<String>
  /// Whether something that was made may not be shown at once.
  var lags: Bool { get }
  /// Subnets in which a workload runs, and whether each has a way out.
  var occupied: [String: Bool] { get }
  /// Public addresses of the Backbone's NAT.
  var publicAddresses: Set<String> { get }
  /// How many writes came.
  var writeCount: Int { get }
}

extension HistoryCloud {
  var kind: String { "" }
  var marked: [String] { inventory }
}
