internal import Foundations

extension Router.NAT: Codable {
  private enum Key: String, CodingKey, CaseIterable {
    case name, natIpAllocateOption, natIps, sourceSubnetworkIpRangesToNat, subnetworks, logConfig
    case minPortsPerVm, maxPortsPerVm, enableDynamicPortAllocation, enableEndpointIndependentMapping
  }
  /// Computed by Compute Engine.
  private static let outputOnly = ["effectiveTcpTimeWaitTimeoutSec"]

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    name = try fields.decode(String.self, forKey: .name)
    natIpAllocateOption = try fields.decodeIfPresent(String.self, forKey: .natIpAllocateOption)
    natIps = try fields.decodeIfPresent([String].self, forKey: .natIps)
    sourceSubnetworkIpRangesToNat = try fields.decodeIfPresent(String.self, forKey: .sourceSubnetworkIpRangesToNat)
    subnetworks = try fields.decodeIfPresent([Source].self, forKey: .subnetworks)
    logConfig = try fields.decodeIfPresent(LogConfig.self, forKey: .logConfig)
    minPortsPerVm = try fields.decodeIfPresent(Int.self, forKey: .minPortsPerVm)
    maxPortsPerVm = try fields.decodeIfPresent(Int.self, forKey: .maxPortsPerVm)
    enableDynamicPortAllocation = try fields.decodeIfPresent(Bool.self, forKey: .enableDynamicPortAllocation)
    enableEndpointIndependentMapping = try fields.decodeIfPresent(Bool.self, forKey: .enableEndpointIndependentMapping)
    others = try [String: JSONValue](from: decoder).filter { key, _ in
      Key(rawValue: key) == nil && !Self.outputOnly.contains(key)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    try others.encode(to: encoder)
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(name, forKey: .name)
    try fields.encodeIfPresent(natIpAllocateOption, forKey: .natIpAllocateOption)
    try fields.encodeIfPresent(natIps, forKey: .natIps)
    try fields.encodeIfPresent(sourceSubnetworkIpRangesToNat, forKey: .sourceSubnetworkIpRangesToNat)
    try fields.encodeIfPresent(subnetworks, forKey: .subnetworks)
    try fields.encodeIfPresent(logConfig, forKey: .logConfig)
    try fields.encodeIfPresent(minPortsPerVm, forKey: .minPortsPerVm)
    try fields.encodeIfPresent(maxPortsPerVm, forKey: .maxPortsPerVm)
    try fields.encodeIfPresent(enableDynamicPortAllocation, forKey: .enableDynamicPortAllocation)
    try fields.encodeIfPresent(enableEndpointIndependentMapping, forKey: .enableEndpointIndependentMapping)
  }
}

/// The JSON, always the same for the same value, because `RequestID`s are derived from it.
extension Router.NAT: CustomStringConvertible {
  public var description: String {
    (try? GoogleAPI.json(self, operation: "")).map { String(decoding: $0, as: UTF8.self) } ?? name
  }
}
