internal import CloudLinkerAPI
internal import Foundation
import Foundations
internal import Kubernetes
internal import KubernetesTesting
internal import TestSupport
internal import Testing

private let connections = VPNConnection.resourceType
private let forwards = PortForward.resourceType

/// Schema, defaults and CEL rules on the custom-resource server of Kubernetes 1.36.
@Suite(.enabled(if: TestControlPlane.hasCustomResourceServer, "needs KUBEBUILDER_ASSETS and CLOUDLINKER_CRD_SERVER"))
struct ModernServerTests {
  private func server() async throws -> APIServer { try await APIServers.modern() }

  @Test(arguments: Fixture.good)
  func `good objects are accepted, every field known`(fixture: Fixture) async throws {
    let answer = try await server().dryRun(fixture.type, fixture.object, strict: true)
    #expect(answer.status == 201, "\(answer.message)")
  }

  @Test(arguments: Fixture.bad)
  func `bad objects are refused, and the field is named`(fixture: Fixture) async throws {
    let field = try #require(fixture.badField)
    let answer = try await server().dryRun(fixture.type, fixture.object)
    #expect(answer.status == 422, "\(answer.message)")
    #expect(answer.causes.contains { $0.field.hasPrefix(field) || field.hasPrefix($0.field) }, "\(answer.message)")
    #expect(!answer.message.contains("cost"), "\(answer.message)")
  }

  @Test func `defaults are filled in, and what is unknown is pruned`() async throws {
    let forward = Fixture.forward.replacing("spec.ports[0].protocol", nil).replacing("spec.ports[0].weight", 1)
    let answer = try await server().dryRun(forwards, forward)
    #expect(answer.body["spec.ports[0].protocol"] == "TCP")
    #expect(answer.body["spec.ports[0].weight"] == nil)
    let connection = try await server().dryRun(connections, Fixture.openVPN)
    #expect(connection.body["spec.service.name"] == "vpn")
    #expect(connection.body["spec.openVPN.transport"] == nil)
    let strict = try await server().dryRun(forwards, forward, strict: true)
    #expect(strict.message.contains("unknown field \"spec.ports[0].weight\""))
  }

  @Test func `what tenants could once choose about gateway pods is pruned`() async throws {
    let former = Fixture.ipsec.replacing("spec.gateway", ["labels": ["a": "b"], "image": "evil.example/root"])
    let answer = try await server().dryRun(connections, former)
    #expect(answer.body["spec.gateway"] == ["className": "default"])
  }

  @Test func `type cannot be changed, everything else can`() async throws {
    let server = try await server()
    let path = server.path(connections, "immutable")
    let object = Fixture.openVPN.replacing("metadata.name", "immutable")
    let created = try await server.request("POST", server.path(connections), object)
    try #require(created.isSuccess, "\(created.message)")
    let other = Fixture.ipsec.replacing("metadata", created.body["metadata"])
    let refused = try await server.request("PUT", path, other)
    #expect(refused.status == 422)
    #expect(refused.message.contains("type cannot be changed"), "\(refused.message)")
    let changed = Fixture.profile.replacing("metadata", created.body["metadata"])
      .replacing("spec.service", ["name": "vpn-2"]).replacing("spec.remoteNetworks", ["10.0.0.0/8"])
    #expect(try await server.request("PUT", path, changed).isSuccess)
    #expect(try await server.request("DELETE", path).isSuccess)
  }

  private static let moves: [(String, JSONValue?)] = [
    ("spec.gcp.project", "acme-test"), ("spec.network.existing", ["id": "theirs"]),
  ]

  @Test func `a network that exists cannot be said to be elsewhere`() async throws {
    let server = try await server()
    let backbones = Backbone.resourceType
    let path = server.path(backbones, "located")
    let object = Fixture.gcpBackbone.replacing("metadata.name", "located")
    let created = try await server.request("POST", server.path(backbones), object)
    try #require(created.isSuccess, "\(created.message)")
    for (field, value) in Self.moves {
      let early = try await server.request("PUT", path + "?dryRun=All", created.body.replacing(field, value))
      #expect(early.isSuccess, "\(field), before anything exists: \(early.message)")
    }
    let location: JSONValue = [
      "provider": "GCP", "region": "eu-west-1", "cidr": "10.10.0.0/16", "account": "acme-prod",
    ]
    let placed = try await server.request(
      "PATCH",
      path + "/status",
      ["status": ["location": location]],
      contentType: "application/merge-patch+json"
    )
    try #require(placed.isSuccess, "\(placed.message)")
    for (field, value) in Self.moves {
      let late = try await server.request("PUT", path + "?dryRun=All", placed.body.replacing(field, value))
      #expect(late.status == 422 && late.message.contains("once the network exists"), "\(field): \(late.message)")
    }
    let harmless = placed.body.replacing("spec.network.zones", 2)
    #expect(try await server.request("PUT", path, harmless).isSuccess)
    #expect(try await server.request("DELETE", path).isSuccess)
  }

  @Test func `what was made at Twingate is not left behind by another name for the network`() async throws {
    let server = try await server()
    let path = server.path(connections, "rooted")
    let object = Fixture.twingate.replacing("metadata.name", "rooted")
    let created = try await server.request("POST", server.path(connections), object)
    try #require(created.isSuccess, "\(created.message)")
    let typo = created.body.replacing("spec.twingate.network", "acne")
    #expect(try await server.request("PUT", path + "?dryRun=All", typo).isSuccess, "before anything is made")
    let ledger: JSONValue = ["version": 1, "cluster": "c", "ids": ["remoteNetwork": "n"]]
    let made = try await server.request(
      "PATCH",
      path + "/status",
      ["status": ["twingate": ["ledger": ledger]]],
      contentType: "application/merge-patch+json"
    )
    try #require(made.isSuccess, "\(made.message)")
    let late = try await server.request(
      "PUT",
      path + "?dryRun=All",
      made.body.replacing("spec.twingate.network", "acne")
    )
    #expect(late.status == 422 && late.message.contains("network cannot be changed"), "\(late.message)")
    #expect(try await server.request("PUT", path, made.body.replacing("spec.suspend", true)).isSuccess)
    #expect(try await server.request("DELETE", path).isSuccess)
  }

  @Test func `an object shows that nobody has looked at it yet`() async throws {
    try await expectPendingStatus(server(), "pending-modern")
  }

  @Test func `status goes through its own door`() async throws {
    try await expectStatusSubresource(server(), "status-modern")
  }

  @Test(arguments: StatusPart.all)
  func `what a status lists may become nothing`(part: StatusPart) async throws {
    try await expectStatusShrinks(server(), "shrinking-modern", part)
  }

  @Test(arguments: CustomResourceDefinition.all.map(\.resourceType))
  func `the longest status that is written is accepted`(type: ResourceType) async throws {
    try await expectLongestStatus(server(), "longest-modern", type)
  }

  /// A rule that a later version adds must not lock up what is stored.
  @Test func `what was stored before a rule existed can still be changed elsewhere`() async throws {
    let server = try await server()
    let group = "ratchet.cloudlinker.dev"
    let strict = PortForward.definition.json.replacing("spec.group", .string(group))
      .replacing("metadata.name", .string("portforwards.\(group)"))
    let ports = "spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.ports"
    try await server.install(
      strict.replacing("\(ports).items.properties.port.x-kubernetes-validations", nil)
        .replacing("\(ports).items.properties.name.pattern", nil)
    )
    let old = Fixture.forward.replacing("apiVersion", .string("\(group)/v1alpha1"))
      .replacing("spec.ports[0].port", 15021).replacing("spec.ports[0].name", "HTTP")
    let created = try await server.request("POST", server.path(forwards, group: group), old)
    try #require(created.isSuccess, "\(created.message)")
    try await server.install(strict)
    let path = server.path(forwards, group: group, "hello")
    let isInForce = await eventually {
      let again = old.replacing("metadata.name", "again")
      return try await server.request("POST", server.path(forwards, group: group) + "?dryRun=All", again).status == 422
    }
    try #require(isInForce)
    let suspended = try await server.request(
      "PATCH",
      path,
      ["spec": ["suspend": true]],
      contentType: "application/merge-patch+json"
    )
    #expect(suspended.isSuccess, "\(suspended.message)")
    let worse = suspended.body.replacing("spec.ports[0].name", "HTTPS")
    let refused = try await server.request("PUT", path, worse)
    #expect(refused.status == 422, "\(refused.message)")
  }
}

/// The same objects on a server that knows the schema but perhaps no CEL (1.20): what it lets through the controller
/// refuses itself.
@Suite(.enabled(if: TestControlPlane.isControllable, "needs KUBEBUILDER_ASSETS"))
struct CoreServerTests {
  private func server() async throws -> APIServer { try await APIServers.core() }

  @Test(arguments: Fixture.good)
  func `good objects are accepted by both`(fixture: Fixture) async throws {
    #expect(try OwnVerdict.errors(fixture).isEmpty)
    let answer = try await server().dryRun(fixture.type, fixture.object)
    try #require(answer.status == 201, "\(answer.message)")
    #expect(try OwnVerdict.errors(fixture.type, answer.body).isEmpty)
  }

  @Test(arguments: Fixture.bad)
  func `bad objects are refused by one or the other`(fixture: Fixture) async throws {
    let answer = try await server().dryRun(fixture.type, fixture.object)
    if answer.isSuccess {
      let errors = try OwnVerdict.errors(fixture.type, answer.body)
      #expect(!errors.isEmpty)
    } else {
      #expect(answer.status == 422, "\(answer.message)")
    }
  }

  @Test func `an object shows that nobody has looked at it yet`() async throws {
    try await expectPendingStatus(server(), "pending-core")
  }

  @Test func `status goes through its own door`() async throws {
    try await expectStatusSubresource(server(), "status-core")
  }

  @Test(arguments: StatusPart.all)
  func `what a status lists may become nothing`(part: StatusPart) async throws {
    try await expectStatusShrinks(server(), "shrinking-core", part)
  }

  @Test(arguments: CustomResourceDefinition.all.map(\.resourceType))
  func `the longest status that is written is accepted`(type: ResourceType) async throws {
    try await expectLongestStatus(server(), "longest-core", type)
  }

  @Test func `kubectl explain reads like documentation`() async throws {
    _ = try await server()
    let isPublished = await eventually {
      let connection = try await kubectl("explain", "vpnc.spec")
      let forward = try await kubectl("explain", "pf.spec")
      return connection.contains("remoteNetworks") && forward.contains("vpnConnectionRef")
    }
    try #require(isPublished)
    let whole = try await kubectl("explain", "vpnconnection.spec", "--recursive")
    for field in ["authentication", "credentialsSecretRef", "profileSecretRef", "staticKey", "tunnels", "className"] {
      #expect(whole.contains(field), "\(whole)")
    }
    let ipsec = try await kubectl("explain", "vpnconnection.spec.ipsec").split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
    #expect(ipsec.contains("IKE identity that the server must prove"), "\(ipsec)")
    #expect(ipsec.contains("authentication <Object> -required-"), "\(ipsec)")
  }

  @Test func `kubectl get shows the columns, under short names and the category`() async throws {
    let server = try await server()
    for (type, object) in [(connections, Fixture.ipsec), (forwards, Fixture.forward)] {
      let answer = try await server.request(
        "POST",
        server.path(type),
        object.replacing("metadata.name", "columns")
      )
      try #require(answer.isSuccess, "\(answer.message)")
    }
    let rows = try await kubectl("get", "vpnc", "columns").split(separator: "\n").map(columns)
    #expect(rows.first == ["NAME", "TYPE", "READY", "TUNNELS", "CONNECTORS", "SERVICE", "REASON", "AGE"])
    // The Service has a name once there is one.
    #expect(rows.last?.prefix(4) == ["columns", "IPsec", "Unknown", "Pending"])
    let forwardRows = try await kubectl("get", "pf", "columns").split(separator: "\n").map(columns)
    #expect(forwardRows.first == ["NAME", "READY", "PORTS", "ADDRESS", "REASON", "AGE"])
    let all = try await kubectl("get", "cloudlinker")
    #expect(
      all.contains("vpnconnection.cloudlinker.dev/columns") && all.contains("portforward.cloudlinker.dev/columns")
    )
    for type in [connections, forwards] { _ = try await server.request("DELETE", server.path(type, "columns")) }
  }

  private func columns(_ line: Substring) -> [String] { line.split(separator: " ").map(String.init) }
}

/// `kubectl` of the same assets, against the core server.
private func kubectl(_ arguments: String...) async throws -> String {
  try await TestControlPlane.shared().kubectl(["--namespace", "default"] + arguments)
}
