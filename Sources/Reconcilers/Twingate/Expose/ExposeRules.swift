internal import CloudLinkerAPI
internal import Digests
internal import Foundations
internal import Kubernetes
internal import Twingate
internal import TwingateResources

/// The resources that annotated Services and Ingresses of a namespace request, as far as the connection allows them.
/// Pure.
///
///     Service                                      resource
///     in this cluster's reach                      its DNS name, its ports
///     type LoadBalancer with a private address     the same; that address where the connectors are in a Backbone
///     type LoadBalancer without an address         none yet
///     type LoadBalancer with a public address      refused: everybody reaches it already
///     type ExternalName, or without a selector     refused: it may lead anywhere
///
///     Ingress                                      a resource for each host, with the host as alias
///     annotation for the address                   that address, if expose.addresses has it
///     a load balancer with a private address       that address
///     a load balancer with a public address        refused
///     a host with a wildcard, or none              refused: one alias a host
///     a host that its tls section names            port 443, else 80
struct ExposeRules {
  private(set) var entries: [ResourceMerge.Entry] = []
  private(set) var refusals: [TwingateReport.Refusal] = []
  private let expose: TwingateSpec.Expose?
  private let isInCluster: Bool
  private let clusterDomain: String

  /// The annotations that are read.
  static let annotations: Set<String> = Set(ExposedAddress.annotations.keys).union([
    CloudLinker.Annotation.expose, CloudLinker.Annotation.exposeGroups, CloudLinker.Annotation.exposeAlias,
    CloudLinker.Annotation.exposePolicy, CloudLinker.Annotation.exposeAddress,
  ])

  init(_ objects: ExposedObjects, _ spec: TwingateSpec, clusterDomain: String) {
    expose = spec.expose
    isInCluster = spec.connectors?.backboneRef == nil
    self.clusterDomain = clusterDomain
    for service in objects.services { add(service) }
    for ingress in objects.ingresses { add(ingress) }
  }

  /// Why a request cannot be carried out.
  private struct Mistake: Error {
    var message: String
    var reason = TwingateReport.Refusal.Reason.exposeRefused
  }

  private mutating func add(_ service: Service) {
    let origin = Self.origin(of: service)
    do throws(Mistake) {
      guard let address = try address(of: service) else { return }
      let alias = service.metadata.annotations?[CloudLinker.Annotation.exposeAlias]
      if let alias { try check(alias, "annotation \(CloudLinker.Annotation.exposeAlias): alias") }
      var request = try request(service, .service, origin: origin, name: service.key.name, address: address)
      request.alias = alias
      request.protocols = try protocols(of: service)
      entries.append(.init(request, by: .annotation, since: service.since))
    } catch {
      refuse(origin, error)
    }
  }

  private func address(of service: Service) throws(Mistake) -> String? {
    let type = service.spec?.type ?? "ClusterIP"
    let name = "\(service.key.name).\(service.key.namespace).svc.\(clusterDomain)"
    if type != "ExternalName", service.spec?.selector?.isEmpty ?? true {
      throw Mistake(
        message: "it has no selector, so its endpoints may be anywhere: write it into spec.twingate.resources"
      )
    }
    switch (type, ExposedAddress(service.status?.loadBalancer, service.metadata)) {
    case ("ExternalName", _):
      throw Mistake(
        message: "it is of type ExternalName, which may lead anywhere: write it into spec.twingate.resources"
      )
    case ("LoadBalancer", .none): return nil
    case ("LoadBalancer", .outside(let address)): throw Self.isPublic(address)
    case ("LoadBalancer", .inside(let address)): return isInCluster ? name : address
    default:
      guard isInCluster else {
        throw Mistake(
          message:
            "the connectors are in a Backbone and reach no Service of this cluster: give it an internal load balancer",
          reason: .notReachable
        )
      }
      return name
    }
  }

  private func protocols(of service: Service) throws(Mistake) -> Protocols {
    let ports = service.spec?.ports ?? []
    func ranges(_ name: String) -> [ClosedRange<UInt16>] {
      ports.filter { ($0.protocol ?? "TCP") == name }.compactMap { UInt16(exactly: $0.port) }.map { $0...$0 }
    }
    let (tcp, udp) = (ranges("TCP"), ranges("UDP"))
    guard !tcp.isEmpty || !udp.isEmpty else { throw Mistake(message: "it has no TCP or UDP port") }
    return Protocols(tcp: Ports(tcp), udp: Ports(udp), allowsICMP: false)
  }

  private mutating func add(_ ingress: Ingress) {
    let hosts = Set((ingress.spec?.rules ?? []).map { $0.host ?? "" }).sorted()
    if hosts.isEmpty { refuse(Self.origin(of: ingress), Mistake(message: "it has no host")) }
    for host in hosts {
      let origin = Self.origin(of: ingress, host: host)
      do throws(Mistake) {
        guard !host.isEmpty, !host.contains("*") else {
          let name = host.isEmpty ? "a rule without a host" : "host \(host)"
          throw Mistake(message: "\(name) stands for many names, and a resource has one alias: name the hosts")
        }
        try check(host, "host")
        guard let address = try address(of: ingress) else { continue }
        var request = try request(ingress, .ingress, origin: origin, name: host, address: address)
        request.alias = host
        let isTLS = (ingress.spec?.tls ?? []).contains { $0.hosts?.contains(host) ?? true }
        request.protocols = Protocols(tcp: Ports([isTLS ? 443...443 : 80...80]), udp: Ports.none, allowsICMP: false)
        entries.append(.init(request, by: .annotation, since: ingress.since))
      } catch {
        refuse(origin, error)
      }
    }
  }

  private func address(of ingress: Ingress) throws(Mistake) -> String? {
    if let address = ingress.metadata.annotations?[CloudLinker.Annotation.exposeAddress] {
      try allow(address, in: expose?.addresses, "addresses", CloudLinker.Annotation.exposeAddress)
      return address
    }
    switch ExposedAddress(ingress.status?.loadBalancer, ingress.metadata) {
    case .inside(let address): return address
    case .outside(let address): throw Self.isPublic(address)
    case .none: return nil
    }
  }

  private static func isPublic(_ address: String) -> Mistake {
    Mistake(
      message:
        "its load balancer has the public address \(address), where everybody reaches it: make it an internal one"
    )
  }

  // MARK: What the connection allows

  private func request<Object: Kubernetes.Resource>(
    _ object: Object,
    _ kind: TwingateSpec.Expose.Kind,
    origin: String,
    name: String,
    address: String
  ) throws(Mistake) -> ResourceRequest {
    guard let expose, expose.kinds.contains(kind) else {
      throw Mistake(
        message: "the connection does not allow it: its owner must add \(kind) to spec.twingate.expose.kinds"
      )
    }
    let annotations = object.metadata.annotations ?? [:]
    var groups = expose.groups ?? []
    if let named = annotations[CloudLinker.Annotation.exposeGroups] {
      groups = named.split(separator: ",").map { $0.trimmed }.filter { !$0.isEmpty }
      for group in groups { try allow(group, in: expose.groups, "groups", CloudLinker.Annotation.exposeGroups) }
    }
    guard !groups.isEmpty else {
      throw Mistake(
        message: "nobody would get access: name groups in annotation \(CloudLinker.Annotation.exposeGroups), and in "
          + "spec.twingate.expose.groups of the connection"
      )
    }
    let policy = annotations[CloudLinker.Annotation.exposePolicy]
    if let policy {
      try allow(policy, in: expose.securityPolicies, "securityPolicies", CloudLinker.Annotation.exposePolicy)
    }
    return ResourceRequest(
      origin: origin,
      name: name,
      address: address,
      securityPolicy: policy,
      access: groups.map { AccessRequest(.group($0)) }
    )
  }

  private func allow(
    _ value: String,
    in allowed: [String]?,
    _ field: String,
    _ annotation: String
  ) throws(Mistake) {
    guard allowed?.contains(value) != true else { return }
    let choice = (allowed ?? []).isEmpty ? "it has none" : "it has \((allowed ?? []).joined(separator: ", "))"
    let quoted = "\"\(value.printable(limit: 80))\""
    throw Mistake(
      message:
        "annotation \(annotation): \(quoted) is not in spec.twingate.expose.\(field) of the connection: \(choice)"
    )
  }

  /// - Parameter place: a description of the name, for the message.
  private func check(_ name: String, _ place: String) throws(Mistake) {
    let lowered = name.lowercased()
    let domains = expose?.domains ?? []
    guard !domains.contains(where: { lowered == $0.lowercased() || lowered.hasSuffix(".\($0.lowercased())") }) else {
      return
    }
    let choice = domains.isEmpty ? "it has none" : "it has \(domains.joined(separator: ", "))"
    let quoted = "\"\(name.printable(limit: 80))\""
    throw Mistake(
      message: "\(place) \(quoted) is not below spec.twingate.expose.domains of the connection: \(choice)"
    )
  }

  private mutating func refuse(_ origin: String, _ mistake: Mistake) {
    refusals.append(.init(origin: origin, reason: mistake.reason, message: mistake.message))
  }

  // MARK: Origins

  static func origin(of service: Service) -> String { "Service/\(service.key.name)" }
  static func origin(of ingress: Ingress) -> String { "Ingress/\(ingress.key.name)" }
  /// Twingate takes 256 characters in the tag that holds the origin and the connection's UID.
  static func origin(of ingress: Ingress, host: String) -> String {
    let whole = "\(origin(of: ingress))/\(host)"
    return whole.utf8.count <= 200 ? whole : "\(whole.prefix(180))-\(SHA256.text(whole).prefix(16))"
  }
}

extension Kubernetes.Resource {
  fileprivate var since: Timestamp { metadata.creationTimestamp ?? Timestamp(seconds: 0) }
}

extension Substring {
  fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
