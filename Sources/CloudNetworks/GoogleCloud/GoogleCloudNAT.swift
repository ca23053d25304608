internal import GoogleCloud

/// The Cloud NAT of a Backbone's router.
///
/// Its ports are allocated dynamically: a machine has `minimumPorts` and gets more as it needs them. With the static
/// allocation that Google has by default, a machine has 64 for good, and the 65th connection to one destination fails.
struct GoogleCloudNAT {
  /// As many as Google gives a machine by default; 32 where the spec allows no more than 64.
  static let minimumPorts = 64
  /// Half of what one address has, so that a single machine cannot take all of it.
  static let maximumPorts = 32_768

  let name: String
  /// Links of subnetworks.
  let sources: [String]
  /// Links of addresses.
  let addresses: [String]
  let hasLogs: Bool
  /// The most ports of a machine, as the spec has it.
  let portsPerMachine: Int?

  /// - Parameter found: the NAT that is there. What the spec does not say, such as timeouts, stays as it is: of ports too,
  ///   because another way of allocating them breaks connections.
  func wanted(insteadOf found: Router.NAT?) -> Router.NAT {
    var nat = found ?? Router.NAT(name: name)
    nat.natIpAllocateOption = "MANUAL_ONLY"
    nat.natIps = addresses
    nat.sourceSubnetworkIpRangesToNat = "LIST_OF_SUBNETWORKS"
    nat.subnetworks = sources.map { Router.NAT.Source(name: $0, sourceIpRangesToNat: ["ALL_IP_RANGES"]) }
    if found?.logConfig?.enable ?? false != hasLogs || found == nil {
      nat.logConfig = Router.NAT.LogConfig(enable: hasLogs, filter: hasLogs ? "ERRORS_ONLY" : nil)
    }
    if found == nil || (portsPerMachine != nil && !excludesDynamicPorts(found)) { setPorts(of: &nat) }
    return nat
  }

  /// Whether somebody chose what does not go with dynamic allocation.
  func excludesDynamicPorts(_ found: Router.NAT?) -> Bool { found?.enableEndpointIndependentMapping == true }

  private func setPorts(of nat: inout Router.NAT) {
    let most = portsPerMachine ?? Self.maximumPorts
    nat.enableDynamicPortAllocation = true
    nat.maxPortsPerVm = most
    let least = nat.minPortsPerVm ?? 0
    // A power of two below the maximum; one that somebody chose stays where it fits.
    let fits = least >= 32 && least < most && least & (least - 1) == 0
    if !fits { nat.minPortsPerVm = min(Self.minimumPorts, most / 2) }
  }
}

extension Router.NAT {
  /// What must not differ: sets in order, links without hosts, defaults left out.
  var normalised: Router.NAT {
    var copy = Router.NAT(name: name)
    copy.natIpAllocateOption = natIpAllocateOption
    copy.natIps = (natIps ?? []).map(ComputeLink.path).sorted()
    copy.sourceSubnetworkIpRangesToNat = sourceSubnetworkIpRangesToNat
    copy.subnetworks = (subnetworks ?? []).map { source in
      Source(name: ComputeLink.path(source.name), sourceIpRangesToNat: source.sourceIpRangesToNat?.sorted())
    }.sorted { $0.name < $1.name }
    copy.logConfig = LogConfig(enable: logConfig?.enable ?? false)
    copy.enableDynamicPortAllocation = enableDynamicPortAllocation ?? false
    copy.minPortsPerVm = minPortsPerVm
    copy.maxPortsPerVm = maxPortsPerVm
    return copy
  }
}
