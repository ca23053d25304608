package import Kubernetes

/// The fields that the statuses of all kinds have.
package protocol ReportedStatus: SchemaDescribing, Equatable, Sendable {
  init()
  var observedGeneration: Int64? { get set }
  var conditions: [Condition]? { get set }
  /// The last value of `reconcile.fluxcd.io/requestedAt` that the operator has handled.
  var lastHandledReconcileAt: String? { get set }
  /// The actions that would be carried out, in order, while the object is in plan mode.
  var plan: [String]? { get set }
}

/// One of this operator's kinds, with its status type.
package protocol Reporting: Resource {
  associatedtype Status: ReportedStatus
  var status: Status? { get set }
  /// The part that must be stored even if a server refuses the rest of a status.
  var remembered: Status { get }
}

extension Reporting {
  package var remembered: Status { Status() }

  /// Whether the annotation asks to list in the status what would be done, and to change nothing.
  package var isPlanOnly: Bool {
    metadata.annotations?[CloudLinker.Annotation.reconcile] == CloudLinker.Annotation.reconcilePlan
  }
  package var isBeingDeleted: Bool { metadata.deletionTimestamp != nil }
}

extension [Condition] {
  package subscript(_ type: ConditionType) -> Condition? { first { $0.type == type.rawValue } }
}

extension PortForwardStatus: ReportedStatus {}
extension PortForward: Reporting {}

extension VPNConnectionStatus: ReportedStatus {}
extension VPNConnection: Reporting {
  /// Ids at Twingate, by which the objects there are found again.
  package var remembered: VPNConnectionStatus {
    var status = VPNConnectionStatus()
    status.twingate = self.status?.twingate
    return status
  }
}

extension BackboneStatus: ReportedStatus {}
extension Backbone: Reporting {
  /// Ids in the cloud, by which the objects there are found again.
  package var remembered: BackboneStatus { status ?? BackboneStatus() }
}

extension PrivateClusterStatus: ReportedStatus {}
extension PrivateCluster: Reporting {
  /// Ids in the cloud, by which the objects there are found again.
  package var remembered: PrivateClusterStatus { status ?? PrivateClusterStatus() }
}
