internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Carries out the VPNConnections of some types. Gateways do so for IPsec and OpenVPN.
///
/// To add a type, add its value in `VPNConnectionSpec.ConnectionType`, its member and rules in the schema, a backend in
/// a folder of its own, and the backend to the list of `VPNConnectionKind.register`.
protocol ConnectionBackend: Sendable {
  /// The values of `spec.type` that it carries out.
  var types: Set<VPNConnectionSpec.ConnectionType> { get }
  /// Set on a connection as long as this backend has something for it.
  var finalizer: String { get }

  /// Like `ReconciledKind.plan`. Also called for a connection that is being deleted.
  func plan(for connection: VPNConnection, _ logger: Logger) async throws -> Planning<VPNConnection>

  /// Like `ReconciledKind.cleanUp`. Nobody knows the type of a connection that no longer exists, so every backend is
  /// asked.
  func cleanUp(after key: ObjectKey, _ logger: Logger) async throws -> ReconcileResult
}
