internal import CloudLinkerAPI
internal import Kubernetes

/// The gateway classes of one version of the ConfigMap.
///
///     ConfigMap   key                  lookup
///     absent      default              found, all defaults
///     absent      any other            notFound
///     present     absent, default      found, all defaults
///     present     absent, any other    notFound, with the names of those that can be used
///     present     present, readable    found
///     present     present, broken      invalid
struct GatewayClassCatalog: Sendable {
  private(set) var classes: [String: Result<GatewayClass, GatewayClassProblem>]

  init(_ configMap: ConfigMap?, _ reader: GatewayClassReader) {
    var classes: [String: Result<GatewayClass, GatewayClassProblem>] = [
      GatewaySpec.defaultClassName: .success(GatewayClass())
    ]
    for (name, text) in configMap?.data ?? [:] {
      classes[name] = Result { () throws(GatewayClassProblem) in try reader.read(name, text) }
    }
    for name in (configMap?.binaryData ?? [:]).keys {
      classes[name] = .failure(GatewayClassProblem("it is in binaryData: write it as text, in data"))
    }
    self.classes = classes
  }

  func lookup(_ name: String) -> GatewayClassLookup {
    switch classes[name] {
    case .success(let found)?: .found(found)
    case .failure(let problem)?: .invalid(problem)
    case nil: .notFound(known: classes.keys.filter { broken[$0] == nil }.sorted())
    }
  }

  /// Problems of classes that cannot be used, by name.
  var broken: [String: GatewayClassProblem] {
    classes.compactMapValues { reading -> GatewayClassProblem? in
      guard case .failure(let problem) = reading else { return nil }
      return problem
    }
  }
}

/// The result of looking up a class by name.
enum GatewayClassLookup: Sendable, Hashable {
  case found(GatewayClass)
  case invalid(GatewayClassProblem)
  case notFound(known: [String])
}
