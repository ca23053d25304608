internal import GoogleCloud

/// The Cloud NAT of a Backbone's router.
///
/// Its ports are allocated dynamically: a machine has `minimumPorts` and gets more as it needs them. With Google's
/// default, static allocation, a machine never has more than 64, and the 65th connection to one destination fails.
struct GoogleCloudNAT {
  /// Google's default for a machine. If the spec allows no more than 64, it is 32.
  static let minimumPorts = 64
  /// Half of the ports of one address, so that a single machine cannot take all of them.
  static let maximumPorts = 32_768

  let name: String
  /// Links of subnetworks.
  let sources: [String]
  /// Links of addresses.
  let addresses: [String]
  let hasLogs: Bool
  /// The highest number of ports for a machine, from the spec.
  let portsPerMachine: Int?

  /// - Parameter found: the existing NAT. Settings that the spec does not mention, such as timeouts, stay as they are.
  ///   So does the way of allocating ports, because a change of it breaks connections.
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

  /// Whether someone chose a setting that excludes dynamic allocation.
  func excludesDynamicPorts(_ found: Router.NAT?) -> Bool { found?.enableEndpointIndependentMapping == true }

  private func setPorts(of nat: inout Router.NAT) {
    let most = portsPerMachine ?? Self.maximumPorts
    nat.enableDynamicPortAllocation = true
    nat.maxPortsPerVm = most
    let least = nat.minPortsPerVm ?? 0
    // A power of two below the maximum. A value that someone else chose stays if it fits.
    let fits = least >= 32 && least < most && least & (least - 1) == 0
    if !fits { nat.minPortsPerVm = min(Self.minimumPorts, most / 2) }
  }
}

extension Router.NAT {
  /// The fields that must not differ, in one notation: sets in order, links without hosts, no defaults.
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
