internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// One of the operator's kinds, as far as the commands need to know it.
protocol EnvironmentObject: Reporting {
  /// The short name that `kubectl get` accepts: `vpnc`.
  static var shortName: String { get }
  var isSuspended: Bool { get }
  /// The details of this kind, in one line.
  var detail: String { get }
}

extension EnvironmentObject {
  static var kind: String { resourceType.kind }
  /// `VPNConnection production/office`.
  var title: String { "\(Self.kind) \(key)" }

  var ready: Condition? { status?.conditions?[.ready] }
  var isReady: Bool { ready?.status == "True" }
  /// Whether the operator has not yet seen the present spec.
  var isUnseen: Bool { (status?.observedGeneration ?? 0) < (metadata.generation ?? 0) }
}

/// Every kind, in the order in which they are shown.
enum EnvironmentKinds {
  static let all: [any EnvironmentObject.Type] = [
    Backbone.self, PrivateCluster.self, VPNConnection.self, PortForward.self,
  ]

  /// - Parameter word: kind, plural or short name, in any case.
  static func named(_ word: String) -> (any EnvironmentObject.Type)? {
    let word = word.lowercased()
    return all.first { type in
      [type.kind.lowercased(), type.resourceType.plural, type.shortName].contains(word)
    }
  }
}

extension Backbone: EnvironmentObject {
  static var shortName: String { "bb" }
  var isSuspended: Bool { spec.isSuspended }
  var detail: String {
    let egress = status?.egressAddresses ?? []
    let place = ["\(spec.provider) \(spec.region)", spec.network.cidr]
    return (place + (egress.isEmpty ? [] : ["out through " + egress.commas])).commas
  }
}

extension PrivateCluster: EnvironmentObject {
  static var shortName: String { "pcl" }
  var isSuspended: Bool { spec.isSuspended }
  var detail: String {
    let pools = (status?.pools ?? []).map { pool in
      "\(pool.name) \(pool.ready.map { "\($0)" } ?? "?") of \(pool.minSize) to \(pool.maxSize)"
    }
    return (["in \(spec.backboneRef.name)", "Kubernetes \(status?.version ?? spec.version)"] + pools).commas
  }
}

extension VPNConnection: EnvironmentObject {
  static var shortName: String { "vpnc" }
  var isSuspended: Bool { spec.isSuspended }
  var detail: String {
    if spec.type == .twingate {
      let resources = status?.twingate?.resources
      return "Twingate, connectors \(status?.twingate?.connectorsAlive ?? "0/0")"
        + (resources.map { ", resources \($0.ready)/\($0.wanted)" } ?? "")
    }
    return "\(spec.type), tunnels \(status?.tunnelsReady ?? "0/\(spec.tunnels.count)")"
      + ((status?.serviceHost).map { ", \($0)" } ?? "")
  }
}

extension PortForward: EnvironmentObject {
  static var shortName: String { "pf" }
  var isSuspended: Bool { spec.isSuspended }
  var detail: String {
    let shown = spec.ports.prefix(3).map { "\($0.port) -> \($0.target.host):\($0.target.port)" }
    let rest = spec.ports.count > 3 ? ["\(spec.ports.count - 3) more"] : []
    return "\(status?.address ?? spec.vpnConnectionRef.name): " + (shown + rest).commas
  }
}

extension [String] {
  var commas: String { joined(separator: ", ") }
}
