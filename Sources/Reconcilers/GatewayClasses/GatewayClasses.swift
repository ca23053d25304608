internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Gateway classes by name, from the ConfigMap in the cache. Each version of it is parsed once.
final class GatewayClasses: Sendable {
  let key: ObjectKey
  let store: Store<ConfigMap>
  private let reader: GatewayClassReader
  private struct Reading {
    var version: String?
    var catalog: GatewayClassCatalog
  }
  private let latest = Locked<Reading?>(nil)

  init(store: Store<ConfigMap>, defaults: GatewayDefaults) {
    self.store = store
    key = ObjectKey(namespace: defaults.operatorNamespace, name: defaults.classesName)
    reader = GatewayClassReader(image: defaults.image, allowedImages: defaults.allowedImages)
  }

  var catalog: GatewayClassCatalog {
    let configMap = store.get(key)
    let version = configMap?.metadata.resourceVersion
    return latest.withLock { latest -> GatewayClassCatalog in
      if let latest, latest.version == version { return latest.catalog }
      let catalog = GatewayClassCatalog(configMap, reader)
      latest = Reading(version: version, catalog: catalog)
      return catalog
    }
  }

  /// The names of classes that a change of the ConfigMap may affect.
  static func changedNames(_ change: Change<ConfigMap>) -> [String] {
    let (old, new) = (change.old?.entries ?? [:], change.new?.entries ?? [:])
    return Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
  }
}

extension ConfigMap {
  fileprivate var entries: [String: [String?]] {
    let keys = Set((data ?? [:]).keys).union((binaryData ?? [:]).keys)
    return Dictionary(uniqueKeysWithValues: keys.map { ($0, [data?[$0], binaryData?[$0]]) })
  }
}
