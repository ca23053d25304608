import Azure
import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@Suite struct LongOperationTests {
  private let id = group.network("natGateways", "n")
  private static let link = "https://management.azure.com/operations/1?x=y"

  /// The handle that a PUT gives, and the state that an answer means.
  private func handle(_ response: HTTPResponse) async throws -> LongOperation? {
    try await client(Server { _ in response }.transport).put(id, [:]).operation
  }
  private func state(_ kind: LongOperation.Kind, _ response: HTTPResponse) async throws -> LongOperation.State {
    let operation = LongOperation(kind: kind, url: Self.link, operation: "op", askAfter: .zero)
    return try await client(Server { _ in response }.transport).state(of: operation)
  }

  @Test func theOperationsOwnDocumentComesFirst() async throws {
    let headers: HTTPHeaders = ["Azure-AsyncOperation": Self.link, "Location": "https://x/", "Retry-After": "7"]
    let operation = try #require(try await handle(.json("{}", status: 202, headers: headers)))
    #expect(operation.kind == .asyncOperation && operation.url == Self.link && operation.askAfter == .seconds(7))
  }

  @Test func thenTheLocationThenTheResource() async throws {
    let second = try await handle(.json("{}", status: 202, headers: ["Location": Self.link]))
    #expect(second?.kind == .location && second?.askAfter == .seconds(30))
    let third = try await handle(.json(#"{"properties":{"provisioningState":"Updating"}}"#, status: 201))
    #expect(third?.kind == .resource && third?.url.contains("natGateways/n?api-version=") == true)
    #expect(try await handle(.json(#"{"properties":{"provisioningState":"Succeeded"}}"#)) == nil)
    #expect(try await handle(.json("{}")) == nil)
  }

  @Test func aHandleThatLeadsAwayIsRefused() async throws {
    let response = HTTPResponse.json("{}", status: 202, headers: ["Azure-AsyncOperation": "https://evil.example/1"])
    let client = try client(Server { _ in response }.transport)
    let error = await failure { () async throws(CloudError) in try await client.put(id, [:]) }
    #expect(error?.kind == .malformed)
    let kept = LongOperation(kind: .location, url: "https://evil.example/1", operation: "op", askAfter: .zero)
    let second = await failure { () async throws(CloudError) in try await client.state(of: kept) }
    #expect(second?.kind == .malformed)
  }

  @Test func aDocumentTellsHowItGoes() async throws {
    let going = HTTPResponse.json(#"{"status":"InProgress"}"#, headers: ["Retry-After": "3"])
    #expect(try await state(.asyncOperation, going) == .underWay(askAfter: .seconds(3)))
    #expect(try await state(.asyncOperation, .json(#"{"status":"Succeeded"}"#)) == .succeeded)
    let failed = try await state(
      .asyncOperation,
      .json(#"{"status":"Failed","error":{"code":"InUseSubnetCannotBeDeleted","message":"nic"}}"#)
    )
    guard case .failed(let error) = failed else {
      Issue.record("not failed")
      return
    }
    #expect(error.kind == .inUse && error.message == "nic" && error.operation == "op")
  }

  @Test func aCanceledOperationHasFailed() async throws {
    guard case .failed(let error) = try await state(.asyncOperation, .json(#"{"status":"Canceled"}"#)) else {
      Issue.record("not failed")
      return
    }
    #expect(error.kind == .failed && error.code == "Canceled")
  }

  @Test func aLocationTellsByItsStatus() async throws {
    #expect(try await state(.location, .json("", status: 202)) == .underWay(askAfter: .seconds(30)))
    #expect(try await state(.location, .json("", status: 204)) == .succeeded)
    guard case .failed(let error) = try await state(.location, refusal(409, "QuotaExceeded")) else {
      Issue.record("not failed")
      return
    }
    #expect(error.kind == .quota)
  }

  @Test func aResourceTellsByItsProvisioningState() async throws {
    let going = HTTPResponse.json(#"{"properties":{"provisioningState":"Updating"}}"#)
    #expect(try await state(.resource, going) == .underWay(askAfter: .seconds(30)))
    #expect(try await state(.resource, .json(#"{"properties":{}}"#)) == .succeeded)
    #expect(try await state(.resource, refusal(404, "ResourceNotFound")) == .succeeded)
  }

  @Test func troubleWhileAskingIsNoFailureOfTheOperation() async throws {
    let operation = LongOperation(kind: .location, url: Self.link, operation: "op", askAfter: .zero)
    let client = try client(Server { _ in refusal(503, "ServiceUnavailable") }.transport)
    let error = await failure { () async throws(CloudError) in try await client.state(of: operation) }
    #expect(error?.kind == .unavailable)
  }
}
