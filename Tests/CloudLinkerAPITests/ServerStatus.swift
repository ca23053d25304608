internal import CloudLinkerAPI
import Foundations
internal import Kubernetes
internal import Testing

private let connections = VPNConnection.resourceType
private let forwards = PortForward.resourceType
private let backbones = Backbone.resourceType
private let clusters = PrivateCluster.resourceType

/// A list or map in a status, with something in it.
struct StatusPart: Sendable, CustomTestStringConvertible {
  var type: ResourceType
  var object: JSONValue
  var field: String
  var full: JSONValue
  var empty: JSONValue
  /// Tells two contents of one field apart, also as a part of the object's name.
  var variant = ""
  var testDescription: String { "\(type.kind).status.\(field)\(variant)" }

  private static let refusal: JSONValue = [
    "kind": "quota", "operation": "ec2:AllocateAddress", "code": "AddressLimitExceeded", "message": "no more",
    "count": 2,
    "retryAt": "2026-11-26T10:00:00Z",
  ]

  static let all: [StatusPart] = [
    StatusPart(
      type: connections,
      object: Fixture.ipsec,
      field: "tunnels",
      full: [["name": "a", "state": "Connected"]],
      empty: []
    ),
    StatusPart(
      type: forwards,
      object: Fixture.forward,
      field: "ports",
      full: [["name": "http", "port": 80, "protocol": "TCP", "state": "Reachable"]],
      empty: []
    ),
    StatusPart(
      type: backbones,
      object: Fixture.backbone,
      field: "subnets",
      full: [["name": "1", "id": "subnet-1", "zone": "a", "cidr": "10.0.0.0/24"]],
      empty: []
    ),
    StatusPart(type: backbones, object: Fixture.backbone, field: "objects", full: ["network": "vpc-1"], empty: [:]),
    StatusPart(
      type: backbones,
      object: Fixture.backbone,
      field: "ledger",
      full: ["version": 1, "operations": ["network": "operation-1"]],
      empty: ["version": 1]
    ),
    StatusPart(
      type: backbones,
      object: Fixture.backbone,
      field: "ledger",
      full: ["version": 2, "fresh": ["vpc": "2026-11-26T10:00:00Z"], "refusals": ["allocate": refusal]],
      empty: ["version": 1],
      variant: "-2"
    ),
    StatusPart(
      type: backbones,
      object: Fixture.backbone,
      field: "ledger",
      full: ["version": 3, "failures": ["/subscriptions/s": ["refusal": refusal, "isDeletion": true]]],
      empty: ["version": 1],
      variant: "-3"
    ),
    StatusPart(
      type: backbones,
      object: Fixture.backbone,
      field: "location",
      full: ["provider": "AWS", "region": "eu-west-1", "cidr": "10.0.0.0/16", "account": "123456789012"],
      empty: ["provider": "AWS", "region": "eu-west-1", "cidr": "10.0.0.0/16"]
    ),
  ]
}

func expectPendingStatus(_ server: APIServer, _ name: String) async throws {
  for (type, object) in [(connections, Fixture.ipsec), (forwards, Fixture.forward)] {
    let created = try await server.request(
      "POST",
      server.path(type),
      object.replacing("metadata.name", .string(name))
    )
    try #require(created.isSuccess, "\(created.message)")
    let read = try await server.request("GET", server.path(type, name)).body
    #expect(read["status.observedGeneration"] == -1)
    #expect(read["status.conditions"]?.items.count == 1)
    #expect(read["status.conditions[0].type"] == "Ready")
    #expect(read["status.conditions[0].status"] == "Unknown")
    #expect(read["status.conditions[0].reason"] == "Pending")
    #expect(read["status.conditions[0].lastTransitionTime"] == "1970-01-01T00:00:00Z")
    #expect(try await server.request("DELETE", server.path(type, name)).isSuccess)
  }
}

/// Server-side apply of status takes the default's place, and neither door reaches through the other.
func expectStatusSubresource(_ server: APIServer, _ name: String) async throws {
  let path = server.path(connections, name)
  let created = try await server.request(
    "POST",
    server.path(connections),
    Fixture.ipsec.replacing("metadata.name", .string(name))
  )
  try #require(created.isSuccess, "\(created.message)")
  let status: JSONValue = [
    "apiVersion": "cloudlinker.dev/v1alpha1", "kind": "VPNConnection", "metadata": ["name": .string(name)],
    "status": [
      "observedGeneration": 1, "tunnelsReady": "2/2",
      "tunnels": [["name": "a", "state": "Connected", "since": "2026-11-21T06:00:00Z", "bytesSent": 5_000_000_000]],
      "conditions": [
        [
          "type": "Ready", "status": "True", "reason": "Connected", "message": "2 of 2 tunnels are connected",
          "lastTransitionTime": "2026-11-21T06:00:00Z", "observedGeneration": 1,
        ]
      ],
    ],
  ]
  let applied = try await server.request(
    "PATCH",
    "\(path)/status?fieldManager=test&force=true",
    status,
    contentType: "application/apply-patch+yaml"
  )
  try #require(applied.isSuccess, "\(applied.message)")
  #expect(applied.body["status.conditions"]?.items.count == 1)
  #expect(applied.body["status.conditions[0].reason"] == "Connected")
  #expect(applied.body["status.tunnels[0].bytesSent"] == 5_000_000_000)
  let merged = try await server.request(
    "PATCH",
    path,
    ["status": ["tunnelsReady": "0/2"]],
    contentType: "application/merge-patch+json"
  )
  #expect(merged.body["status.tunnelsReady"] == "2/2")
  #expect(merged.body["metadata.generation"] == 1)
  #expect(try await server.request("DELETE", path).isSuccess)
}

/// What is left of the longest inputs after they were cut is what the server takes.
func expectLongestStatus(_ server: APIServer, _ prefix: String, _ type: ResourceType) async throws {
  let kinds: [ResourceType: (object: JSONValue, schema: Schema)] = [
    connections: (Fixture.ipsec, VPNConnectionStatus.schema), forwards: (Fixture.forward, PortForwardStatus.schema),
    backbones: (Fixture.backbone, BackboneStatus.schema),
    clusters: (Fixture.privateCluster, PrivateClusterStatus.schema),
  ]
  let (object, schema) = try #require(kinds[type])
  let name = "\(prefix)-\(type.plural)"
  let path = server.path(type, name)
  let created = try await server.request("POST", server.path(type), object.replacing("metadata.name", .string(name)))
  try #require(created.isSuccess, "\(created.message)")
  let answer = try await server.request(
    "PATCH",
    "\(path)/status?fieldManager=test&force=true",
    [
      "apiVersion": .string(type.apiVersion), "kind": .string(type.kind), "metadata": ["name": .string(name)],
      "status": schema.clamped(StatusClampingTests.oversized(schema.json)),
    ],
    contentType: "application/apply-patch+yaml"
  )
  #expect(answer.isSuccess, "\(answer.message)")
  #expect(try await server.request("DELETE", path).isSuccess)
}

/// 1.20 makes a null of a list with keys, or of a map, that loses the last of its entries to server-side apply.
func expectStatusShrinks(_ server: APIServer, _ prefix: String, _ part: StatusPart) async throws {
  let name = "\(prefix)-\(part.field)\(part.variant)"
  let path = server.path(part.type, name)
  let object = part.object.replacing("metadata.name", .string(name))
  let created = try await server.request("POST", server.path(part.type), object)
  try #require(created.isSuccess, "\(created.message)")
  func apply(_ status: JSONValue) async throws -> APIServer.Answer {
    try await server.request(
      "PATCH",
      "\(path)/status?fieldManager=test&force=true",
      [
        "apiVersion": .string(part.type.apiVersion), "kind": .string(part.type.kind),
        "metadata": ["name": .string(name)], "status": status,
      ],
      contentType: "application/apply-patch+yaml"
    )
  }
  for after: JSONValue in [.object([part.field: part.empty]), ["observedGeneration": 1]] {
    let full = try await apply(.object([part.field: part.full]))
    try #require(full.isSuccess, "\(full.message)")
    let answer = try await apply(after)
    #expect(answer.isSuccess, "\(answer.message)")
    let left = answer.body["status.\(part.field)"]
    #expect(left == nil || left == part.empty)
  }
  #expect(try await server.request("DELETE", path).isSuccess)
}
