internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Settings of a connection's gateway pods: those of its class, with the resources that the connection asks for
/// instead.
///
///     request of the connection     request and limit of the pod
///     none                          the class's
///     within the ceiling            the connection's, by resource name
///     above the ceiling             refused
///     no ceiling for the name       refused
///     a limit of 0                  refused, because it means no limit to the kubelet
///     request above the limit       refused if the connection asked for it; else lowered to the limit
///     drain above the ceiling       refused if the connection asked for it; else lowered to the ceiling
struct GatewayPodSettings: Sendable, Hashable {
  let gatewayClass: GatewayClass
  let resources: ResourceRequirements
  /// How long a gateway that is ending keeps its connections at most.
  let drainSeconds: Int

  /// - Parameters:
  ///   - lookup: the class that `spec` names.
  ///   - configMap: the ConfigMap with the classes, for messages.
  init(_ spec: GatewaySpec?, _ lookup: GatewayClassLookup, configMap: ObjectKey) throws(Refusal) {
    let name = spec?.effectiveClassName ?? GatewaySpec.defaultClassName
    switch lookup {
    case .found(let found): gatewayClass = found
    case .invalid(let problem):
      throw Refusal(
        condition: .accepted,
        reason: .gatewayClassInvalid,
        message:
          "spec.gateway.className: gateway class \"\(name)\" cannot be used: \(problem). The cluster's owner must "
          + "correct it in ConfigMap \(configMap); gateways that run stay as they are"
      )
    case .notFound(let known):
      throw Refusal(
        condition: .accepted,
        reason: .gatewayClassNotFound,
        message: "spec.gateway.className: there is no gateway class \"\(name)\": "
          + (known.isEmpty ? "" : "choose one of \(known.joined(separator: ", ")), or ")
          + "ask the cluster's owner to add it to ConfigMap \(configMap)"
      )
    }
    let asked = spec?.resources ?? ResourceRequirements()
    let ceilings = Ceilings(className: name, amounts: gatewayClass.effectiveMaximumResources)
    try ceilings.check(asked.limits, "limits")
    try ceilings.check(asked.requests, "requests")
    resources = try Self.merged(asked, gatewayClass.effectiveResources)
    let longest = gatewayClass.effectiveMaximumDrainSeconds
    if let drain = spec?.drainSeconds, drain > longest {
      throw Refusal(
        condition: .accepted,
        reason: .gatewayOptionsRefused,
        message:
          "spec.gateway.drainSeconds: \(drain): is more than \(longest), the ceiling of gateway class \"\(name)\": ask "
          + "for less, or choose another class"
      )
    }
    drainSeconds = spec?.drainSeconds ?? min(GatewaySpec.defaultDrainSeconds, longest)
  }

  private static func merged(
    _ asked: ResourceRequirements,
    _ offered: ResourceRequirements
  ) throws(Refusal) -> ResourceRequirements {
    let limits = (offered.limits ?? [:]).merging(asked.limits ?? [:]) { _, asked in asked }
    var requests = (offered.requests ?? [:]).merging(asked.requests ?? [:]) { _, asked in asked }
    for (name, request) in requests.sorted(by: { $0.key < $1.key }) {
      guard let limit = limits[name], let most = Quantity(limit), let least = Quantity(request), least > most else {
        continue
      }
      guard asked.requests?[name] == nil else {
        throw refused(
          "requests.\(name)",
          request,
          "is more than the limit of \(limit.written): raise limits.\(name) too"
        )
      }
      requests[name] = limit
    }
    return ResourceRequirements(limits: limits.isEmpty ? nil : limits, requests: requests.isEmpty ? nil : requests)
  }

  private struct Ceilings {
    let className: String
    let amounts: [String: JSONValue]

    func check(_ asked: [String: JSONValue]?, _ field: String) throws(Refusal) {
      for (name, amount) in (asked ?? [:]).sorted(by: { $0.key < $1.key }) {
        guard let ceiling = amounts[name], let most = Quantity(ceiling) else {
          let offered = amounts.keys.sorted().joined(separator: ", ")
          throw GatewayPodSettings.refused(
            "\(field).\(name)",
            amount,
            "gateway class \"\(className)\" has no ceiling for this resource, so it cannot be asked for; it has one for: "
              + (offered.isEmpty ? "none" : offered)
          )
        }
        guard let wanted = Quantity(amount), wanted <= most else {
          throw GatewayPodSettings.refused(
            "\(field).\(name)",
            amount,
            "is more than \(ceiling.written), the ceiling of gateway class \"\(className)\": ask for less, or choose another class"
          )
        }
        if field == "limits", wanted <= .zero {
          throw GatewayPodSettings.refused(
            "\(field).\(name)",
            amount,
            "must be more than 0: leave it out to get the class's limit"
          )
        }
      }
    }
  }

  private static func refused(_ field: String, _ value: JSONValue, _ message: String) -> Refusal {
    Refusal(
      condition: .accepted,
      reason: .gatewayOptionsRefused,
      message: "spec.gateway.resources.\(field): \(value.written): \(message)"
    )
  }
}
