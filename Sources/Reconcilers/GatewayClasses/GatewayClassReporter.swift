internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Reports unusable gateway classes to the cluster's owner: a log line and an event when a class breaks or its problem
/// changes, and a gauge of all classes.
final class GatewayClassReporter: Sendable {
  static let metric = "cloudlinker_gateway_classes"
  private let classes: GatewayClasses
  private let events: EventRecorder
  private let registry: MetricsRegistry
  private let logger: Logger
  private let reported = Locked<[String: GatewayClassProblem]>([:])

  init(classes: GatewayClasses, events: EventRecorder, registry: MetricsRegistry, logger: Logger) {
    self.classes = classes
    self.events = events
    self.registry = registry
    self.logger = logger
  }

  /// Reports whenever the ConfigMap changes, while this process leads.
  func register(_ manager: Manager, _ configMaps: Informer<ConfigMap>) {
    manager.addLeading {
      self.report()
      configMaps.onChange { _ in self.report() }
    }
  }

  /// Reports the current classes.
  func report() {
    let catalog = classes.catalog
    let broken = catalog.broken
    let help = "Gateway classes, by whether they can be used"
    registry.set(Self.metric, ["valid": "true"], to: Double(catalog.classes.count - broken.count), help: help)
    registry.set(Self.metric, ["valid": "false"], to: Double(broken.count), help: help)
    let before = reported.withLock { reported -> [String: GatewayClassProblem] in
      defer { reported = broken }
      return reported
    }
    for (name, problem) in broken.sorted(by: { $0.key < $1.key }) where before[name] != problem {
      logger.warning(
        "a gateway class cannot be used",
        ["class": .string(name), "configMap": .string("\(classes.key)"), "problem": .string("\(problem)")]
      )
      guard let configMap = classes.store.get(classes.key) else { continue }
      events.warning(
        configMap,
        reason: "GatewayClassInvalid",
        action: "Read",
        "class \"\(name)\": \(problem). Gateways that run with it stay as they are until it is corrected"
      )
    }
    for name in before.keys.sorted() where broken[name] == nil {
      logger.info("a gateway class can be used again", ["class": .string(name)])
    }
  }
}
