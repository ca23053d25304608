internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Reads a gateway class from its YAML. No API server validates a ConfigMap's values, so everything is checked here.
struct GatewayClassReader {
  /// The operator's own image, which every class may name.
  let image: String
  let allowedImages: ImageAllowList

  /// - Parameters:
  ///   - name: the key in the ConfigMap.
  ///   - text: a mapping of the fields of `GatewayClass`; an empty text is a class with all defaults.
  /// - Throws: every problem, with the field that it is about.
  func read(_ name: String, _ text: String) throws(GatewayClassProblem) -> GatewayClass {
    guard GatewayClass.isName(name) else {
      throw GatewayClassProblem("the name must have 1 to 63 lower-case letters, digits and '-', no '-' at either end")
    }
    do throws(OwnersYAMLProblem) {
      let gatewayClass = try OwnersYAML.read(GatewayClass.self, text) ?? GatewayClass()
      try OwnersYAML.refuse(gatewayClass.validate() + imageErrors(gatewayClass) + resourceErrors(gatewayClass))
      return gatewayClass
    } catch {
      throw GatewayClassProblem(error.description)
    }
  }

  private func imageErrors(_ gatewayClass: GatewayClass) -> [FieldError] {
    guard let chosen = gatewayClass.image, chosen != image, !allowedImages.admits(chosen) else { return [] }
    let message = "is neither the operator's own image nor allowed by --allowed-gateway-image"
    return [FieldError("image", chosen, message)]
  }

  private func resourceErrors(_ gatewayClass: GatewayClass) -> [FieldError] {
    let resources = gatewayClass.effectiveResources
    return (resources.requests ?? [:]).sorted { $0.key < $1.key }.compactMap { name, request -> FieldError? in
      guard let limit = resources.limits?[name], let most = Quantity(limit), let least = Quantity(request), least > most
      else { return nil }
      return FieldError("resources.requests.\(name)", request.written, "is more than the limit of \(limit.written)")
    }
  }
}

/// A problem of a gateway class, for the cluster's owner.
struct GatewayClassProblem: Error, Hashable, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}

extension JSONValue {
  /// The quantity as it was written.
  var written: String {
    switch self {
    case .string(let text): text
    case .int(let number): "\(number)"
    case .double(let number): "\(number)"
    default: ""
    }
  }
}
