import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@testable import GoogleCloud

@Suite struct ComputeOperationTests {
  private func read(_ json: String) async throws -> ComputeOperation? {
    let client = TestClient { _ in .json(json) }
    return try await client.compute.operation(ComputeOperation.Handle(region: "eu", name: "operation-1"))
  }

  @Test(arguments: ["global/operations/o", "regions/eu/operations/o", "zones/a/operations/o"]) func aHandleIsReadBack(
    text: String
  ) {
    #expect(ComputeOperation.Handle(text)?.description == text)
  }

  @Test(arguments: ["", "o", "regions/eu/o", "places/a/operations/o", "regions/eu/operations/o/wait"])
  func whatIsNoHandleIsNone(text: String) { #expect(ComputeOperation.Handle(text) == nil) }

  @Test func aRunningOperationHasNoErrorYet() async throws {
    let operation = try await read(#"{"name":"operation-1","status":"RUNNING","error":{"errors":[{"code":"X"}]}}"#)
    #expect(operation?.isDone == false && operation?.error == nil)
  }

  @Test func aDoneOperationTellsOfItsTarget() async throws {
    let json = #"{"name":"operation-1","status":"DONE","targetId":"7","endTime":"2026-01-01T01:00:00.5+01:00"}"#
    let operation = try await read(json)
    #expect(operation?.isDone == true && operation?.error == nil && operation?.targetID == "7")
    #expect(operation?.endedAt?.description == "2026-01-01T00:00:00Z")
  }

  @Test(arguments: [
    ("RESOURCE_IN_USE_BY_ANOTHER_RESOURCE", CloudError.Kind.inUse), ("QUOTA_EXCEEDED", .quota),
    ("RESOURCE_ALREADY_EXISTS", .alreadyExists), ("RESOURCE_NOT_FOUND", .notFound), ("RESOURCE_NOT_READY", .conflict),
    ("PERMISSIONS_ERROR", .forbidden), ("ANYTHING", .failed),
  ])
  func aFailureHasTheKindOfItsCode(code: String, kind: CloudError.Kind) async throws {
    let json = #"{"name":"o","status":"DONE","error":{"errors":[{"code":"\#(code)","message":"why"}]}}"#
    let error = try await read(json)?.error
    #expect(error?.kind == kind && error?.message == "why" && error?.code == code)
  }

  @Test func aFailureByStatusAloneIsAFailure() async throws {
    #expect(try await read(#"{"name":"o","status":"DONE","httpErrorStatusCode":500}"#)?.error?.kind == .failed)
  }

  @Test func aForgottenOperationIsNone() async throws {
    let client = TestClient { _ in .failure(404, "notFound") }
    #expect(try await client.compute.operation(ComputeOperation.Handle(region: nil, name: "o")) == nil)
  }
}
