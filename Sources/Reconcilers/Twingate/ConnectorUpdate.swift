internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// Decides when a connector takes its image again, because the tag may name a newer one.
///
///     image                     updateEvery   taken last             pod template
///     by digest, or tag x.y.z   any           any                    as it is
///     with another tag          0             any                    as it is
///     with another tag          some          more recently          as it is
///     with another tag          some          longer ago             stamped with the time
///
/// A pod that starts for another cause has taken the image too.
enum ConnectorUpdate {
  /// Set on the pod template, so that another value makes another pod.
  static let annotation = "cloudlinker.dev/image-taken-at"

  /// The value of the annotation that a Deployment should have.
  /// - Parameter pod: the connector's; nil: none runs, and there is nothing to update.
  static func stamp(_ spec: TwingateSpec, present: Deployment, pod: Pod?, now: Timestamp) -> String? {
    let stamp = present.spec?.template.metadata?.annotations?[annotation]
    guard let period = spec.connectors.updatePeriod, let started = pod?.metadata.creationTimestamp else { return stamp }
    let last = max(started, stamp.flatMap { Timestamp($0) } ?? started)
    return now.since(last) < period ? stamp : now.description
  }

  /// Whether a tag may name another image later.
  static func isFloating(_ image: String) -> Bool {
    if image.contains("@") { return false }
    let tag = image.split(separator: "/").last.flatMap { name in
      name.contains(":") ? name.split(separator: ":").last : nil
    }
    guard let numbers = tag?.split(separator: "."), numbers.count == 3 else { return true }
    return !numbers.allSatisfy { UInt($0) != nil }
  }
}

extension TwingateSpec.Connectors? {
  var effectiveImage: String { self?.image ?? TwingateSpec.Connectors.defaultImage }

  /// Nil: a connector keeps the image with which it started.
  var updatePeriod: Duration? {
    guard ConnectorUpdate.isFloating(effectiveImage) else { return nil }
    let hours = self?.updateHours ?? TwingateSpec.Connectors.defaultUpdateHours
    return hours > 0 ? .seconds(hours * 3600) : nil
  }
}
