import CloudLinkerAPI
import Foundations
import Kubernetes
import Testing
import Twingate
import TwingateResources

@testable import Reconcilers

/// Resources for annotated Services and Ingresses, within what the connection allows.
@Suite struct ExposeRulesTests {
  private static func spec(_ change: (inout TwingateSpec) -> Void = { _ in }) -> TwingateSpec {
    var spec = TwingateSpec(network: "acme", apiTokenSecretRef: SecretKeyReference(name: "twingate"))
    spec.expose = .init(kinds: [.service, .ingress], groups: ["Developers", "Ops"], domains: ["prod.acme.internal"])
    spec.expose?.addresses = ["ingress.infra.svc.cluster.local"]
    spec.expose?.securityPolicies = ["Strict"]
    change(&spec)
    return spec
  }

  private static func rules(
    _ services: [Service] = [],
    _ ingresses: [Ingress] = [],
    _ change: (inout TwingateSpec) -> Void = { _ in }
  ) -> ExposeRules {
    ExposeRules(
      ExposedObjects(services: services, ingresses: ingresses),
      spec(change),
      clusterDomain: "cluster.local"
    )
  }

  @Test func aServiceGetsItsNameItsPortsAndEveryGroup() throws {
    let rules = Self.rules([.exposed()])
    let request = try #require(rules.entries.first?.request)
    #expect(rules.refusals == [])
    #expect(request.origin == "Service/web")
    #expect(request.address == "web.production.svc.cluster.local")
    #expect(request.protocols == Protocols(tcp: Ports([80...80, 443...443]), udp: Ports([53...53]), allowsICMP: false))
    #expect(request.access.map(\.principal) == [.group("Developers"), .group("Ops")])
    #expect(request.alias == nil && request.securityPolicy == nil)
  }

  @Test func annotationsChooseAmongWhatIsAllowed() throws {
    let service = Service.exposed([
      CloudLinker.Annotation.exposeGroups: "Ops, ", CloudLinker.Annotation.exposeAlias: "Web.prod.acme.internal",
      CloudLinker.Annotation.exposePolicy: "Strict",
    ])
    let request = try #require(Self.rules([service]).entries.first?.request)
    #expect(request.access.map(\.principal) == [.group("Ops")])
    #expect(request.alias == "Web.prod.acme.internal")
    #expect(request.securityPolicy == "Strict")
  }

  @Test(arguments: [
    ([CloudLinker.Annotation.exposeGroups: "Ops,Admins"], "Admins"),
    ([CloudLinker.Annotation.exposeGroups: ""], "nobody would get access"),
    ([CloudLinker.Annotation.exposeAlias: "web.acme.internal"], "prod.acme.internal"),
    ([CloudLinker.Annotation.exposeAlias: "evilprod.acme.internal"], "prod.acme.internal"),
    ([CloudLinker.Annotation.exposePolicy: "Lax"], "Lax"),
  ])
  func whatTheConnectionDoesNotAllowIsRefused(annotations: [String: String], words: String) {
    let rules = Self.rules([.exposed(annotations)])
    #expect(rules.entries == [])
    #expect(rules.refusals.map(\.reason) == [.exposeRefused])
    #expect(rules.refusals.first?.message.contains(words) == true)
  }

  /// Messages go into statuses and events, and from there to terminals.
  @Test(arguments: [
    CloudLinker.Annotation.exposeGroups, CloudLinker.Annotation.exposeAlias, CloudLinker.Annotation.exposePolicy,
  ])
  func aMessageQuotesNoControlCharactersAndNoWholeNovel(annotation: String) throws {
    let text = "evil\u{1b}[2J\n" + String(repeating: "x", count: 200_000)
    let message = try #require(Self.rules([.exposed([annotation: text])]).refusals.first?.message)
    #expect(message.contains("evil?[2J?") && message.unicodeScalars.count < 500)
    #expect(message.hasSuffix("Ops") || message.hasSuffix("internal") || message.hasSuffix("Strict"), "\(message)")
  }

  @Test func nothingIsExposedUnlessTheSpecSaysSo() {
    #expect(Self.rules([.exposed()]) { $0.expose = nil }.refusals.map(\.origin) == ["Service/web"])
    #expect(Self.rules([.exposed()]) { $0.expose?.kinds = [.ingress] }.entries == [])
    #expect(Self.rules([.exposed()]) { $0.expose?.groups = nil }.entries == [])
  }

  @Test(
    arguments: [
      // The type, the load balancer's address, and the resource's address with connectors in this cluster and in a Backbone;
      // nil: it is refused, or has no address yet.
      ("ClusterIP", nil, "web.production.svc.cluster.local", nil),
      ("ExternalName", nil, nil, nil),
      ("LoadBalancer", nil, nil, nil),
      ("LoadBalancer", "10.1.2.3", "web.production.svc.cluster.local", "10.1.2.3"),
      ("LoadBalancer", "52.1.2.3", nil, nil),
      (
        "LoadBalancer", "internal-web-1.eu.elb.amazonaws.com", "web.production.svc.cluster.local",
        "internal-web-1.eu.elb.amazonaws.com"
      ),
      ("LoadBalancer", "web-1.eu.elb.amazonaws.com", nil, nil),
    ] as [(String, String?, String?, String?)]
  )
  func loadBalancersMustBeInternal(type: String, address: String?, inCluster: String?, inBackbone: String?) {
    let service = Service.exposed(type: type, address: address)
    #expect(Self.rules([service]).entries.first?.request.address == inCluster)
    let rules = Self.rules([service]) {
      $0.connectors = .init()
      $0.connectors?.backboneRef = LocalReference(name: "aws")
    }
    #expect(rules.entries.first?.request.address == inBackbone)
    // A load balancer without an address is still being made, which is no mistake.
    #expect(Self.rules([service]).refusals.isEmpty == (inCluster != nil || type == "LoadBalancer" && address == nil))
  }

  /// Whoever writes its EndpointSlices decides where it leads: to other namespaces, to nodes, to the company's network.
  @Test(arguments: [nil, [:]] as [[String: String]?])
  func aServiceWithoutASelectorMayLeadAnywhere(selector: [String: String]?) {
    var service = Service.exposed()
    service.spec?.selector = selector
    #expect(Self.rules([service]).entries == [])
    #expect(Self.rules([service]).refusals.first?.message.contains("no selector") == true)
  }

  @Test func anOldServiceTakesNoAliasFromTheSpec() {
    var service = Service.exposed([CloudLinker.Annotation.exposeAlias: "grafana.prod.acme.internal"])
    service.metadata.creationTimestamp = Timestamp(seconds: 1)
    let connection = TwingateWorld.connection {
      $0.expose = .init(kinds: [.service], groups: ["Developers"], domains: ["prod.acme.internal"])
    }
    guard let spec = connection.spec.twingate else { return }
    let asked = ConnectionEntries(
      connection,
      spec,
      ExposedObjects(services: [service]),
      clusterDomain: "cluster.local"
    )
    let merged = ResourceMerge.merge(asked.entries)
    #expect(merged.requests.map(\.origin) == ["spec/grafana"])
    #expect(merged.refusals.map(\.origin) == ["Service/web"])
  }

  @Test func anAnnotationMarksANameAsInternal() {
    var service = Service.exposed(type: "LoadBalancer", address: "web-1.elb.eu.amazonaws.com")
    service.metadata.annotations?["service.beta.kubernetes.io/aws-load-balancer-scheme"] = "internal"
    #expect(Self.rules([service]).entries.count == 1)
  }

  @Test func anIngressGetsAResourceForEachHost() {
    let ingress = Ingress.exposed(
      ["a.prod.acme.internal", "b.prod.acme.internal", "c.acme.com", "*.prod.acme.internal"],
      tls: ["a.prod.acme.internal"]
    )
    let rules = Self.rules([], [ingress])
    #expect(rules.entries.map(\.request.alias) == ["a.prod.acme.internal", "b.prod.acme.internal"])
    #expect(rules.entries.map(\.request.address) == ["10.0.0.9", "10.0.0.9"])
    #expect(rules.entries.map(\.request.protocols.tcp) == [Ports([443...443]), Ports([80...80])])
    #expect(rules.refusals.map(\.origin).sorted() == ["Ingress/web/*.prod.acme.internal", "Ingress/web/c.acme.com"])
  }

  @Test func theAddressOfAnIngressIsOneThatTheSpecNames() {
    var ingress = Ingress.exposed(["a.prod.acme.internal"], address: "52.1.2.3")
    #expect(Self.rules([], [ingress]).refusals.first?.message.contains("52.1.2.3") == true)
    ingress.metadata.annotations?[CloudLinker.Annotation.exposeAddress] = "ingress.infra.svc.cluster.local"
    #expect(Self.rules([], [ingress]).entries.map(\.request.address) == ["ingress.infra.svc.cluster.local"])
    ingress.metadata.annotations?[CloudLinker.Annotation.exposeAddress] = "database.other.svc.cluster.local"
    #expect(Self.rules([], [ingress]).entries == [])
  }

  @Test func aLongOriginFitsIntoATag() {
    var ingress = Ingress.exposed([])
    ingress.metadata.name = String(repeating: "i", count: 200)
    let hosts = ["a", "b"].map { String(repeating: "h", count: 60) + ".\($0)" }
    let origins = hosts.map { ExposeRules.origin(of: ingress, host: $0) }
    #expect(Set(origins).count == 2)
    #expect(origins.allSatisfy { $0.utf8.count <= 200 })
  }
}

extension Service {
  /// A Service that is annotated for the connection of `TwingateWorld`.
  static func exposed(
    _ annotations: [String: String] = [:],
    type: String = "ClusterIP",
    address: String? = nil
  ) -> Service {
    var metadata = ObjectMeta(name: "web", namespace: "production")
    metadata.uid = "uid-web"
    metadata.creationTimestamp = Timestamp(seconds: 1_700_000_100)
    metadata.annotations = [CloudLinker.Annotation.expose: TwingateWorld.key.name].merging(annotations) { $1 }
    let ports = [
      Service.Port(name: "a", protocol: "TCP", port: 80), Service.Port(name: "b", protocol: "TCP", port: 443),
      Service.Port(name: "c", protocol: "UDP", port: 53), Service.Port(name: "d", protocol: "SCTP", port: 99),
    ]
    return Service(
      metadata: metadata,
      spec: Spec(type: type, selector: ["app": "web"], ports: ports),
      status: Status(loadBalancer: .at(address))
    )
  }
}

extension Ingress {
  static func exposed(_ hosts: [String], tls: [String] = [], address: String? = "10.0.0.9") -> Ingress {
    var metadata = ObjectMeta(name: "web", namespace: "production")
    metadata.uid = "uid-ingress"
    metadata.creationTimestamp = Timestamp(seconds: 1_700_000_200)
    metadata.annotations = [CloudLinker.Annotation.expose: TwingateWorld.key.name]
    return Ingress(
      metadata: metadata,
      spec: Spec(rules: hosts.map { Rule(host: $0) }, tls: [TLS(hosts: tls)]),
      status: Status(loadBalancer: .at(address))
    )
  }
}

extension LoadBalancerStatus {
  fileprivate static func at(_ address: String?) -> LoadBalancerStatus? {
    address.map { address in
      let isNumber = IPv4Address(address) != nil
      return LoadBalancerStatus(ingress: [Point(ip: isNumber ? address : nil, hostname: isNumber ? nil : address)])
    }
  }
}
