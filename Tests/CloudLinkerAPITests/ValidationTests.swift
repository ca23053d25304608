internal import CloudLinkerAPI
internal import FoundationEssentials
import Foundations
internal import Kubernetes
internal import Testing

/// What the controller itself says of an object as the API server would hand it over.
enum OwnVerdict {
  static func errors(_ fixture: Fixture) throws -> [FieldError] { try errors(fixture.type, fixture.object) }
  static func errors(_ type: ResourceType, _ object: JSONValue) throws -> [FieldError] {
    let data = try JSONEncoder().encode(object)
    switch type.kind {
    case "PortForward": return try JSONDecoder().decode(PortForward.self, from: data).validate()
    case "Backbone": return try JSONDecoder().decode(Backbone.self, from: data).validate()
    case "PrivateCluster": return try JSONDecoder().decode(PrivateCluster.self, from: data).validate()
    default: return try JSONDecoder().decode(VPNConnection.self, from: data).validate()
    }
  }
}

@Suite struct ValidationTests {
  @Test(arguments: Fixture.good)
  func `good objects are accepted`(fixture: Fixture) throws {
    #expect(try OwnVerdict.errors(fixture).map(\.description) == [])
  }

  @Test(arguments: Fixture.bad)
  func `bad objects are refused, and the field is named`(fixture: Fixture) throws {
    let field = try #require(fixture.badField)
    let errors: [FieldError]
    do { errors = try OwnVerdict.errors(fixture) } catch is DecodingError { return }
    #expect(!errors.isEmpty)
    #expect(errors.contains { $0.path.hasPrefix(field) || field.hasPrefix($0.path) }, "\(errors)")
  }

  @Test func `errors say where, what and what to do`() throws {
    let wide = Fixture.ipsec.replacing("spec.tunnels[1].port", 70000)
      .replacing("spec.remoteNetworks", ["192.168.100.5/24"])
    #expect(
      try OwnVerdict.errors(VPNConnection.resourceType, wide).map(\.description) == [
        "spec.tunnels[1].port: 70000: must be 1 to 65535",
        "spec.remoteNetworks[0]: 192.168.100.5/24: must begin with the network's first address: 192.168.100.0/24; "
          + "one host is a /32",
      ]
    )
  }

  /// What only the controller can count or compare.
  private static let uncountable: [(field: String, value: JSONValue, path: String)] = [
    ("spec.egress.existingNextHops", ["tgw-0a", "tgw-0b"], "spec.egress.existingNextHops"),
    ("spec.tags", ["AWS:x": "b"], "spec.tags"),
  ]

  @Test(arguments: uncountable)
  func `the controller refuses what no expression can`(field: String, value: JSONValue, path: String) throws {
    let errors = try OwnVerdict.errors(Backbone.resourceType, Fixture.backbone.replacing(field, value))
    #expect(errors.map(\.path) == [path])
  }

  @Test func `a value is shown on one line and not at any length`() {
    #expect(FieldError("spec.x", "a\nb", "no").description == "spec.x: a?b: no")
    #expect(FieldError("spec.x", String(repeating: "a", count: 1000), "no").description.count < 100)
    #expect(FieldError("spec.x", "", "no").description == "spec.x: \"\": no")
  }

  @Test(arguments: [
    ([["10.0.0.0/8"]], []), ([["192.168.100.0/24"]], ["spec.ports[0].target.host", "spec.ports[1].target.dns"]),
    ([["192.168.100.0/24", "10.0.0.5/32"]], ["spec.ports[1].target.dns"]),
    ([[]], ["spec.ports[0].target.host", "spec.ports[1].target.dns"]),
  ])
  func `targets and DNS servers outside the remote networks are found`(networks: [[String]], fields: [String]) throws {
    let forward = PortForward(
      metadata: ObjectMeta(name: "x"),
      spec: PortForwardSpec(
        vpnConnectionRef: LocalReference(name: "office"),
        ports: [
          .init(name: "a", port: 1, target: .init(host: "10.0.0.5", port: 80)),
          .init(name: "b", port: 2, target: .init(host: "db.corp", port: 80, dns: "10.1.0.1")),
        ]
      )
    )
    #expect(forward.targetsOutside(networks.flatMap(\.self)).map(\.path) == fields)
  }

  @Test func `an object of a newer CRD still decodes`() throws {
    let object = Fixture.ipsec.replacing("spec.type", "WireGuard").replacing("spec.new", ["field": 1])
    #expect(
      try OwnVerdict.errors(VPNConnection.resourceType, object).first?.description
        == "spec.type: WireGuard: must be one of IPsec, OpenVPN, Twingate"
    )
  }
}
