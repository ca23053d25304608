internal import CloudResources
internal import GoogleCloud

/// Shared VPC: a network that another project, the host project, shares with the Backbone's.
///
/// All parts of a network are in its own project: subnetworks, firewall rules, the router, its addresses, private zones. So
/// the operator looks for them and creates them in the host project. Only the machines are in the Backbone's project.
extension DesiredNetwork {
  /// In `Ledger.settled`: the project of the network, if it is not the Backbone's.
  static let hostProject = "host-project"

  /// The project of the network.
  ///
  /// Versions without Shared VPC took a link to another project for the network of that name in the Backbone's own
  /// project. What they created still exists, and a deletion has to find it.
  /// - Parameter own: the Backbone's project.
  func networkProject(of own: String) -> String {
    guard let host = existingNetworkID.flatMap(ComputeLink.project), host != own else { return own }
    return knownIDs.isEmpty || ledger.settled[Self.hostProject] != nil ? host : own
  }
}

extension GoogleCloudPlanner {
  /// Why the id of the existing network cannot be used; nil if it can.
  func contradiction(_ networkID: String) -> String? {
    if let host = ComputeLink.project(networkID), host != observed.project {
      return "network \(networkID) is in project \(host), but an earlier version of the operator made this Backbone's "
        + "objects in project \(observed.project): delete the Backbone and create it again"
    }
    return contradiction(networkID, .networks).map { "network \(networkID) \($0): correct spec.network.existing" }
  }

  /// Why a reference in the spec cannot be right; nil if nothing contradicts it.
  func contradiction(_ reference: String, _ collection: ComputeCollection) -> String? {
    if let other = ComputeLink.collection(reference), other != collection.rawValue {
      return "is a link to one of the \(other), not of the \(collection.rawValue)"
    }
    if let project = ComputeLink.project(reference), project != observed.project {
      return "is in project \(project), but the network is in project \(observed.project)"
    }
    if collection.isRegional, let region = ComputeLink.region(reference), region != desired.region {
      return "is in region \(region), but the Backbone is in \(desired.region)"
    }
    return nil
  }
}
