internal import CloudLinkerAPI
internal import Kubernetes

/// Finds what was created for an object that no longer exists.
///
///     of               seen by
///     VPNConnection    its owner annotation: gateways, connectors, Services and Secrets in the cluster
///     Backbone         the operator's daily search in each account, which it logs
///     Twingate         nobody: only the operator has the token, and what it made there bears the mark in its name
struct OrphanSearch {
  struct Orphan: Encodable, Hashable {
    /// `Deployment cloudlinker-gateways/office-a-0123456789`, `network vpc-0a1b`.
    var what: String
    /// `VPNConnection production/office`.
    var owner: String
  }
  struct Report: Encodable, Equatable {
    var orphans: [Orphan] = []
    /// What could not be searched, and why.
    var unseen: [String] = []
  }

  let session: Session

  func run() async throws(KubernetesError) -> Outcome {
    var report = Report()
    try await addObjects(to: &report)
    try await addNetworks(to: &report)
    report.unseen.append(
      "objects at Twingate: only the operator can ask for them; the admin console shows them by name"
    )
    let text = session.isJSON ? Gathering.encode(report) : Self.text(report)
    return Outcome(text, exitCode: report.orphans.isEmpty ? 0 : 1)
  }

  private static func text(_ report: Report) -> String {
    var table = TextTable()
    for orphan in report.orphans { table.add(orphan.what, "made for \(orphan.owner), which does not exist") }
    let found = report.orphans.isEmpty ? "nothing without an owner was found\n" : table.text()
    let cure =
      report.orphans.isEmpty
      ? ""
      : "The operator removes objects in the cluster by itself; if they stay, its log says why. "
        + "A network stays until a Backbone takes it over or somebody deletes it.\n"
    return found + cure + report.unseen.map { "not seen: \($0)\n" }.joined()
  }

  private func addObjects(to report: inout Report) async throws(KubernetesError) {
    let hasPolicyV1 = (try? await session.server.serves(PodDisruptionBudget.resourceType)) ?? true
    var suspects = await owned(Deployment.self, &report)
    suspects += await owned(Service.self, &report)
    suspects += await owned(Secret.self, &report)
    suspects += await owned(NetworkPolicy.self, &report)
    suspects +=
      hasPolicyV1
      ? await owned(PodDisruptionBudget.self, &report) : await owned(PodDisruptionBudgetV1beta1.self, &report)
    // A connection keeps its finalizer until all of these are gone, so one that is listed later still owns them.
    let connections = Set(try await session.list(VPNConnection.self, in: session.scope).map(\.key))
    let lost = suspects.filter { !connections.contains($0.owner) }
    report.orphans += lost.map { Orphan(what: $0.what, owner: "VPNConnection \($0.owner)") }
  }

  private struct Owned {
    var what: String
    var owner: ObjectKey
  }

  /// The objects of a kind that the operator created, in the gateways' namespace and in the environments. Fetches no
  /// content.
  private func owned<Object: Resource>(_ type: Object.Type, _ report: inout Report) async -> [Owned] {
    let gateways = session.invocation.gatewayNamespace
    let own = session.scope.map { ",\(GatewayLabels.namespace)=\(GatewayLabels.value($0))" } ?? ""
    var found: [Owned] = []
    for (namespace, labels) in [(gateways, GatewayLabels.selector + own), (session.scope, GatewayLabels.selector)] {
      do throws(KubernetesError) {
        let objects = try await session.list(PartialMetadata<Object>.self, in: namespace, labels: labels)
        found += objects.compactMap { object in
          // Without -A only the gateways' namespace is searched twice.
          guard namespace == gateways || object.key.namespace != gateways else { return nil }
          guard let owner = object.metadata.annotations?[GatewayLabels.owner].flatMap(ObjectKey.init(mark:)),
            object.metadata.deletionTimestamp == nil, session.scope == nil || owner.namespace == session.scope
          else { return nil }
          return Owned(what: "\(Object.resourceType.kind) \(object.key)", owner: owner)
        }
      } catch {
        let place = namespace.map { "in namespace \($0)" } ?? "in the environments"
        report.unseen.append("\(Object.resourceType.plural) \(place): \(error.message)")
      }
    }
    return found
  }
}

extension ObjectKey {
  /// Parses `namespace/name`.
  fileprivate init?(mark: String) {
    let parts = mark.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    self.init(namespace: String(parts[0]), name: String(parts[1]))
  }
}
