internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes
internal import Testing

/// The Swift types and the schema stand side by side; here they are walked together.
@Suite struct SchemaAgreementTests {
  static let kinds: [(String, Schema, any (Decodable & Sendable).Type, any (Decodable & Sendable).Type)] = [
    ("Backbone", Backbone.schema, BackboneSpec.self, BackboneStatus.self),
    ("PrivateCluster", PrivateCluster.schema, PrivateClusterSpec.self, PrivateClusterStatus.self),
    ("VPNConnection", VPNConnection.schema, VPNConnectionSpec.self, VPNConnectionStatus.self),
    ("PortForward", PortForward.schema, PortForwardSpec.self, PortForwardStatus.self),
  ]

  @Test(arguments: kinds.indices)
  func `every field is in both, of one type, and as optional in one as in the other`(index: Int) throws {
    let (name, schema, spec, status) = Self.kinds[index]
    let fields = try #require(schema.fields)
    #expect(fields.map(\.name).sorted() == ["apiVersion", "kind", "metadata", "spec", "status"])
    var differences: [String] = []
    for (field, type) in [("spec", spec), ("status", status)] {
      let described = try #require(fields.first { $0.name == field })
      compare(try DecodedShape.of(type), described.schema, "\(name).\(field)", &differences)
    }
    #expect(differences == [])
  }

  @Test func `a gateway class and its schema have the same fields`() throws {
    var differences: [String] = []
    compare(try DecodedShape.of(GatewayClass.self), GatewayClass.schema, "class", &differences)
    #expect(differences == [])
  }

  @Test func `a field that no schema has is named, at any depth`() {
    let value: JSONValue = [
      "image": "x", "imag": "y", "tolerations": [["key": "a"], ["Key": "b"]], "labels": ["any": "c"],
      "security": ["seccompProfile": ["kind": "d"]], "affinity": ["anything": ["e": 1]],
    ]
    let errors = GatewayClass.schema.unknownFields(in: value)
    #expect(errors.map(\.path) == ["imag", "security.seccompProfile.kind", "tolerations[1].Key"])
    #expect(
      errors.last?.message == "is not a field; the fields here are effect, key, operator, tolerationSeconds, value"
    )
  }

  private func compare(_ shape: DecodedShape, _ schema: Schema, _ path: String, _ differences: inout [String]) {
    switch (shape, schema.kind) {
    case (.object(let members), .object(let fields)):
      let described = Dictionary(fields.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
      for name in Set(members.keys).union(described.keys).sorted() {
        switch (members[name], described[name]) {
        case (let member?, let field?):
          if member.isRequired != field.isRequired { differences.append("\(path).\(name): required in one only") }
          compare(member.shape, field.schema, "\(path).\(name)", &differences)
        case (nil, _): differences.append("\(path).\(name): not in the Swift type")
        case (_, nil): differences.append("\(path).\(name): not in the schema")
        }
      }
    case (.list(let element), .list(let items, _)): compare(element, items, "\(path)[]", &differences)
    case (.map(let value), .map(let values)): compare(value, values, "\(path){}", &differences)
    case (.string, .string), (.integer, .integer), (.boolean, .boolean), (.any, .anyObject), (.any, .intOrString):
      break
    default: differences.append("\(path): \(shape) in Swift, \(schema.kind) in the schema")
    }
  }

  @Test(arguments: kinds.indices)
  func `every field says what it is`(index: Int) throws {
    let (name, schema, _, _) = Self.kinds[index]
    var silent: [String] = []
    walk(schema, name) { path, schema in
      if schema.description.split(separator: " ").count < 2 && path != "\(name).metadata" { silent.append(path) }
      if !schema.description.isEmpty && !schema.description.hasSuffix(".") { silent.append("\(path): no full stop") }
    }
    #expect(silent == [])
  }

  @Test(arguments: kinds.indices)
  func `every rule says what to do`(index: Int) throws {
    let (name, schema, _, _) = Self.kinds[index]
    walk(schema, name) { path, schema in
      for rule in schema.rules {
        #expect(rule.message.split(separator: " ").count > 3, "\(path): \(rule.message)")
        // The API server refuses rules whose message has a line break.
        #expect(!rule.message.contains("\n"))
      }
    }
  }

  /// See `Schema.atomic`. Conditions have keys, so that other programs can own some of them; the list never empties.
  @Test(arguments: kinds.indices)
  func `whatever a status can lose is atomic`(index: Int) throws {
    let (name, schema, _, _) = Self.kinds[index]
    let status = try #require(schema.fields?.first { $0.name == "status" }?.schema)
    for field in try #require(status.fields) where field.name != "conditions" {
      switch field.schema.kind {
      case .object, .map:
        #expect(field.schema.json["x-kubernetes-map-type"] == "atomic", "\(name).status.\(field.name)")
      case .list:
        #expect(field.schema.json["x-kubernetes-list-type"] == "atomic", "\(name).status.\(field.name)")
      default: break
      }
    }
  }

  private func walk(_ schema: Schema, _ path: String, _ visit: (String, Schema) -> Void) {
    visit(path, schema)
    switch schema.kind {
    case .object(let fields): for field in fields { walk(field.schema, "\(path).\(field.name)", visit) }
    case .list(let items, _): walk(items, "\(path)[]", visit)
    case .map(let values): walk(values, "\(path){}", visit)
    default: break
    }
  }

  @Test func `kinds, short names and the category are what people type`() {
    let definitions = CustomResourceDefinition.all
    let plurals = ["backbones", "privateclusters", "vpnconnections", "portforwards"]
    #expect(definitions.map(\.name) == plurals.map { "\($0).cloudlinker.dev" })
    #expect(definitions.map(\.shortNames) == [["bb"], ["pcl"], ["vpnc"], ["pf"]])
    #expect(
      definitions.map { $0.columns.filter { $0.priority == 0 }.map { $0.name.uppercased() } } == [
        ["PROVIDER", "REGION", "CIDR", "EGRESS", "READY", "REASON", "AGE"],
        ["BACKBONE", "VERSION", "POOLS", "READY", "REASON", "AGE"],
        ["TYPE", "READY", "TUNNELS", "CONNECTORS", "SERVICE", "REASON", "AGE"],
        ["READY", "PORTS", "ADDRESS", "REASON", "AGE"],
      ]
    )
  }

  @Test func `types have the vendors' own spelling`() {
    #expect(VPNConnectionSpec.ConnectionType.allCases.map(\.rawValue) == ["IPsec", "OpenVPN", "Twingate"])
  }
}

extension Schema {
  var fields: [Field]? {
    if case .object(let fields) = kind { fields } else { nil }
  }
}
