internal import CloudLinkerAPI
internal import Foundation
import Foundations
internal import Kubernetes
internal import KubernetesTesting
internal import TestSupport
internal import Testing

/// What the served versions of a kind have in common: everything but the name.
@Suite struct VersionTests {
  @Test(arguments: CustomResourceDefinition.all)
  func `versions differ in name and storage only`(definition: CustomResourceDefinition) throws {
    let versions = definition.json["spec.versions"]?.items ?? []
    #expect(versions.map { $0["name"]?.text } == ["v1alpha1", "v1beta1"])
    #expect(versions.map { $0["storage"] } == [true, false])
    #expect(versions.map { $0["served"] } == [true, true])
    let rest = versions.map { $0.replacing("name", nil).replacing("storage", nil) }
    #expect(rest.count == 2 && rest[0] == rest[1])
    #expect(definition.json["spec.conversion"] == ["strategy": "None"])
  }

  /// `kubectl apply` keeps what it applied in an annotation, and all annotations of an object have at most 256 KiB.
  @Test(arguments: CustomResourceDefinition.all)
  func `a definition is small enough for kubectl apply`(definition: CustomResourceDefinition) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    let size = try encoder.encode(definition.json).count
    #expect(size < 192 * 1024, "\(definition.name): \(size) bytes")
  }
}

/// From the former release's CRDs, which serve v1alpha1 only, to this one's and back, with objects there. Under a group
/// of its own and without short names, since other tests use the real ones meanwhile.
private func expectUpgradeAndReturn(_ server: APIServer, _ definition: CustomResourceDefinition) async throws {
  let group = "upgrade.cloudlinker.dev"
  let type = definition.resourceType
  func regrouped(_ json: JSONValue) -> JSONValue {
    json.replacing("spec.group", .string(group)).replacing("metadata.name", .string("\(type.plural).\(group)"))
      .replacing("spec.names.shortNames", .array([]))
  }
  let former = regrouped(definition.json(serving: ["v1alpha1"]))
  let present = regrouped(definition.json)
  func collection(_ version: String) -> String { "/apis/\(group)/\(version)/namespaces/default/\(type.plural)" }
  func object(_ name: String, _ version: String) -> JSONValue {
    let fixture = Fixture.good.first { $0.type == type }?.object ?? .null
    return fixture.replacing("metadata.name", .string(name)).replacing("apiVersion", .string("\(group)/\(version)"))
  }
  func patch(_ version: String, _ name: String, _ change: JSONValue) async throws -> APIServer.Answer {
    try await server.request(
      "PATCH",
      "\(collection(version))/\(name)",
      change,
      contentType: "application/merge-patch+json"
    )
  }

  try await server.install(former)
  let created = try await server.request("POST", collection("v1alpha1"), object("old", "v1alpha1"))
  try #require(created.isSuccess, "\(created.message)")

  try await server.install(present)
  let isServed = await eventually { try await server.request("GET", collection("v1beta1")).isSuccess }
  try #require(isServed)
  let old = try await server.request("GET", "\(collection("v1beta1"))/old").body
  #expect(old["apiVersion"]?.text == "\(group)/v1beta1")
  #expect(old["spec"] == created.body["spec"] && old["metadata.uid"] == created.body["metadata.uid"])
  #expect(old["status.conditions[0].reason"] == "Pending")
  let suspended = try await patch("v1beta1", "old", ["spec": ["suspend": true]])
  #expect(suspended.isSuccess, "\(suspended.message)")
  let new = try await server.request("POST", collection("v1beta1"), object("new", "v1beta1"))
  #expect(new.isSuccess, "\(new.message)")
  let labelled = try await patch("v1alpha1", "new", ["metadata": ["labels": ["team": "a"]]])
  #expect(labelled.isSuccess, "\(labelled.message)")
  for name in ["old", "new"] {
    let alpha = try await server.request("GET", "\(collection("v1alpha1"))/\(name)").body
    let beta = try await server.request("GET", "\(collection("v1beta1"))/\(name)").body
    #expect(alpha["spec"] != nil && alpha["spec"] == beta["spec"])
    #expect(alpha["metadata.generation"] == beta["metadata.generation"])
  }
  let isPreferred = await eventually {
    try await server.request("GET", "/apis/\(group)").body["preferredVersion.version"] == "v1beta1"
  }
  #expect(isPreferred, "kubectl get shows the preferred version")

  // What may be stored as a version that the former CRDs lack would keep them out.
  let stored = try await server.request("GET", "\(APIServer.definitions)/\(type.plural).\(group)").body
  #expect(stored["status.storedVersions"] == ["v1alpha1"])
  try await server.install(former)
  let isGone = await eventually { try await server.request("GET", collection("v1beta1")).status == 404 }
  try #require(isGone)
  for (name, isSuspended) in [("old", true), ("new", false)] {
    let back = try await server.request("GET", "\(collection("v1alpha1"))/\(name)")
    #expect(back.isSuccess, "\(back.message)")
    #expect((back.body["spec.suspend"] == true) == isSuspended)
    #expect(try await server.request("DELETE", "\(collection("v1alpha1"))/\(name)").isSuccess)
  }
}

extension ModernServerTests {
  @Test(arguments: CustomResourceDefinition.all)
  func `objects survive the upgrade to v1beta1 and the way back`(definition: CustomResourceDefinition) async throws {
    try await expectUpgradeAndReturn(APIServers.modern(), definition)
  }
}

extension CoreServerTests {
  @Test(arguments: CustomResourceDefinition.all)
  func `objects survive the upgrade to v1beta1 and the way back`(definition: CustomResourceDefinition) async throws {
    try await expectUpgradeAndReturn(APIServers.core(), definition)
  }
}
