internal import Cloud
internal import CloudLinkerAPI
internal import CloudNetworks
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Reports networks that bear a mark but belong to no Backbone of this cluster. A lost cluster left them behind, or
/// they are another cluster's; only people can tell.
extension BackboneKind {
  /// Once a day for each account, in a pass that has nothing else to do.
  static let searchPeriod: Duration = .seconds(86_400)

  /// Logs each network, and reports it in an event to the namespace that it was created for.
  func reportUnclaimed(_ cloud: CloudNetwork, _ facts: BackboneFacts, _ logger: Logger) async {
    guard cloud.account.isSearchDue(time.now, every: Self.searchPeriod) else { return }
    let found: [MarkedNetwork]
    do throws(CloudError) { found = try await cloud.marked() } catch {
      return logger.info("could not look for networks without a Backbone", ["error": .string(error.description)])
    }
    let all = caches.backbones.all
    let claimed = Set(all.compactMap(\.metadata.uid) + all.map(\.mark.uid))
    for network in found.sorted(by: { $0.id < $1.id }) where !claimed.contains(network.mark.uid) {
      let key = ObjectKey(namespace: network.mark.namespace, name: network.mark.name)
      guard scope.includes(key) else { continue }
      logger.info(
        "found a network without a Backbone",
        ["network": .string(network.id), "mark": .string(network.mark.value)]
      )
      // Networks of other namespaces are not reported here.
      guard
        let told = caches.backbones.get(key) ?? (key.namespace == facts.backbone.key.namespace ? facts.backbone : nil)
      else { continue }
      events.warning(
        told,
        reason: "NetworkWithoutBackbone",
        action: "Search",
        "\(network.id) bears the mark \(network.mark.value) of a Backbone that this cluster does not have. If no other cluster "
          + "has it, have a new Backbone take it over (annotation \(CloudLinker.Annotation.adopt)), or delete it by hand"
      )
    }
  }
}
