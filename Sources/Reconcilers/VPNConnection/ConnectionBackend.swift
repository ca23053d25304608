internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Carries out the VPNConnections of some types. Gateways do it for IPsec and OpenVPN.
///
/// To add a type: its value in `VPNConnectionSpec.ConnectionType`, its member and rules in the schema, a backend in a folder of
/// its own, and the backend in the list of `VPNConnectionKind.register`.
protocol ConnectionBackend: Sendable {
  /// The values of `spec.type` that it carries out.
  var types: Set<VPNConnectionSpec.ConnectionType> { get }
  /// Stands on a connection for as long as something of this backend does.
  var finalizer: String { get }

  /// As `ReconciledKind.plan`. Also for a connection that is being deleted.
  func plan(for connection: VPNConnection, _ logger: Logger) async throws -> Planning<VPNConnection>

  /// As `ReconciledKind.cleanUp`: of a connection that is gone nobody knows the type, so every backend is asked.
  func cleanUp(after key: ObjectKey, _ logger: Logger) async throws -> ReconcileResult
}
