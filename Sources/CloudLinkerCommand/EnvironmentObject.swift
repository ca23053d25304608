internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// A kind of ours, as far as the commands need to know it.
protocol EnvironmentObject: Resource {
  /// As `kubectl get` takes it, beside the kind and its plural: `vpnc`.
  static var shortName: String { get }
  var conditions: [Condition] { get }
  var isSuspended: Bool { get }
  /// What the operator would do, while the object is in plan mode.
  var plan: [String] { get }
  /// The last value of `reconcile.fluxcd.io/requestedAt` that the operator acted on.
  var handledRequest: String? { get }
  /// The generation of the spec that the status speaks of.
  var observedGeneration: Int64? { get }
  /// What is particular to it, in a line.
  var detail: String { get }
}

extension EnvironmentObject {
  static var kind: String { resourceType.kind }
  /// `VPNConnection production/office`.
  var title: String { "\(Self.kind) \(key)" }

  func condition(_ type: ConditionType) -> Condition? { conditions.first { $0.type == type.rawValue } }
  var ready: Condition? { condition(.ready) }
  var isReady: Bool { ready?.status == "True" }
  var isBeingDeleted: Bool { metadata.deletionTimestamp != nil }
  var isPlanOnly: Bool {
    metadata.annotations?[CloudLinker.Annotation.reconcile] == CloudLinker.Annotation.reconcilePlan
  }
  /// Whether the operator has not looked at the spec as it is now.
  var isUnseen: Bool { (observedGeneration ?? 0) < (metadata.generation ?? 0) }
}

/// Every kind, in the order in which they are shown.
enum EnvironmentKinds {
  static let all: [any EnvironmentObject.Type] = [Backbone.self, VPNConnection.self, PortForward.self]

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
  var conditions: [Condition] { status?.conditions ?? [] }
  var isSuspended: Bool { spec.isSuspended }
  var plan: [String] { status?.plan ?? [] }
  var handledRequest: String? { status?.lastHandledReconcileAt }
  var observedGeneration: Int64? { status?.observedGeneration }
  var detail: String {
    let egress = status?.egressAddresses ?? []
    let place = ["\(spec.provider) \(spec.region)", spec.network.cidr]
    return (place + (egress.isEmpty ? [] : ["out through " + egress.commas])).commas
  }
}

extension VPNConnection: EnvironmentObject {
  static var shortName: String { "vpnc" }
  var conditions: [Condition] { status?.conditions ?? [] }
  var isSuspended: Bool { spec.isSuspended }
  var plan: [String] { status?.plan ?? [] }
  var handledRequest: String? { status?.lastHandledReconcileAt }
  var observedGeneration: Int64? { status?.observedGeneration }
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
  var conditions: [Condition] { status?.conditions ?? [] }
  var isSuspended: Bool { spec.isSuspended }
  var plan: [String] { status?.plan ?? [] }
  var handledRequest: String? { status?.lastHandledReconcileAt }
  var observedGeneration: Int64? { status?.observedGeneration }
  var detail: String {
    let shown = spec.ports.prefix(3).map { "\($0.port) -> \($0.target.host):\($0.target.port)" }
    let rest = spec.ports.count > 3 ? ["\(spec.ports.count - 3) more"] : []
    return "\(status?.address ?? spec.vpnConnectionRef.name): " + (shown + rest).commas
  }
}

extension [String] {
  var commas: String { joined(separator: ", ") }
}
