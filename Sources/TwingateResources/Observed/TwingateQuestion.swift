package import CloudResources
internal import Twingate

/// Everything that a look has to find out.
package struct TwingateQuestion: Sendable, Hashable {
  /// Names of remote networks: the one in the spec, and the one that was about to be made.
  package var remoteNetworks: Set<String>
  package var remoteNetworkID: String?
  /// The ids among them that are the connection's own, whose content is of interest.
  package var ownRemoteNetworks: Set<String> = []
  /// Tags by which the cluster's resources are found anywhere.
  package var tags: [String: String]
  /// Origins whose resources are searched for by tag if the remote network does not have them.
  package var origins: Set<String>
  /// Whether resources are searched for by tag in any case.
  package var looksEverywhere: Bool
  package var groups: Set<String>
  package var groupIDs: Set<String>
  /// Names of groups whose members are of interest.
  package var membersOf: Set<String>
  package var emails: Set<String>
  package var serviceAccounts: Set<String>
  package var serviceAccountIDs: Set<String>
  /// Names of service accounts whose keys are of interest.
  package var keysOf: Set<String>
  let owner: TwingateOwner

  /// - Parameter isTeardown: whether the look must find everything that has to be deleted.
  package init(_ wanted: WantedTwingate, ledger: Ledger, isTeardown: Bool = false) {
    owner = wanted.owner
    remoteNetworkID = ledger.ids[TwingateRole.remoteNetwork]
    if let intended = ledger.operations[TwingateRole.remoteNetwork] { ownRemoteNetworks.insert(intended) }
    if wanted.remoteNetwork.adopts { ownRemoteNetworks.insert(wanted.remoteNetwork.name) }
    remoteNetworks = ownRemoteNetworks.union([wanted.remoteNetwork.name])
    tags = [TwingateOwner.clusterTag: wanted.owner.clusterUID]
    origins = Set(wanted.resources.map(\.origin))
    looksEverywhere = isTeardown
    emails = Set(wanted.groups.flatMap { $0.members ?? [] }.map { $0.lowercased() })
    membersOf = Set(wanted.groups.filter { $0.members != nil }.map(\.name))
    keysOf = Set(wanted.serviceAccounts.map(\.name))
    groups = Set(wanted.groups.map(\.name))
    groupIDs = []
    serviceAccounts = keysOf
    serviceAccountIDs = []
    for case .group(let name) in wanted.resources.flatMap({ $0.access.map(\.principal) }) { groups.insert(name) }
    for case .serviceAccount(let name) in wanted.resources.flatMap({ $0.access.map(\.principal) }) {
      serviceAccounts.insert(name)
    }
    for role in Set(ledger.ids.keys).union(ledger.operations.keys) {
      if let name = TwingateRole.name(in: role, of: TwingateRole.group) {
        groups.insert(name)
        groupIDs.formUnion(ledger.ids[role].map { [$0] } ?? [])
      }
      if let name = TwingateRole.name(in: role, of: TwingateRole.serviceAccount) {
        serviceAccounts.insert(name)
        serviceAccountIDs.formUnion(ledger.ids[role].map { [$0] } ?? [])
      }
    }
  }

  func isOwn(_ network: RemoteNetwork) -> Bool {
    network.id == remoteNetworkID || ownRemoteNetworks.contains(network.name)
  }

  /// Members are read for the group that the ledger knows, otherwise for groups of the name.
  func isAsked(_ group: Group) -> Bool {
    !membersOf.isEmpty && (membersOf.contains(group.name) || groupIDs.contains(group.id))
  }

  func isAsked(_ account: ServiceAccount) -> Bool {
    keysOf.contains(account.name) || serviceAccountIDs.contains(account.id)
  }
}
