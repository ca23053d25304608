import Azure
import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@Suite struct ErrorTests {
  @Test(arguments: [
    (400, "InUseSubnetCannotBeDeleted", CloudError.Kind.inUse), (400, "PublicIPAddressCannotBeDeleted", .inUse),
    (400, "InUseNetworkSecurityGroupCannotBeDeleted", .inUse), (409, "NatGatewayInUse", .inUse),
    (409, "ScopeLocked", .inUse), (400, "CannotDeleteNatGatewayAssociatedToSubnet", .inUse),
    (429, "SubscriptionRequestsThrottled", .throttled), (400, "PublicIPCountLimitReached", .quota),
    (409, "QuotaExceeded", .quota),
    (409, "AnotherOperationInProgress", .conflict), (429, "RetryableErrorDueToAnotherOperation", .conflict),
    (429, "TooManyRequests", .throttled), (429, "", .throttled), (412, "PreconditionFailed", .conflict),
    (400, "ReferencedResourceNotProvisioned", .conflict), (409, "ResourceGroupBeingDeleted", .conflict),
    (403, "AuthorizationFailed", .forbidden), (403, "RequestDisallowedByPolicy", .invalid),
    (404, "ResourceNotFound", .notFound), (404, "SubscriptionNotFound", .invalid), (404, "", .malformed),
    (400, "InvalidRequestFormat", .invalid), (409, "MissingSubscriptionRegistration", .invalid),
    (401, "ExpiredAuthenticationToken", .unauthenticated), (500, "InternalServerError", .unavailable),
    (503, "", .unavailable), (302, "", .malformed),
  ])
  func aCodeMeansAKind(status: Int, code: String, kind: CloudError.Kind) async throws {
    let server = Server { _ in code.isEmpty ? .json("<html>", status: status) : refusal(status, code) }
    let client = try client(server.transport)
    let error = await failure { () async throws(CloudError) in try await client.put(group, [:]) }
    #expect(error?.kind == kind)
    #expect(error?.code == code)
  }

  @Test func theMissingPermissionIsNamedByTheMessage() async throws {
    let text =
      "The client 'x' with object id 'y' does not have authorization to perform action "
      + "'Microsoft.Network/natGateways/write' over scope '/subscriptions/s' or the scope is invalid."
    let error = try await forbidden(text)
    #expect(error?.operation == "Microsoft.Network/natGateways/write")
  }

  @Test func theMissingLinkedPermissionIsNamed() async throws {
    let text =
      "The client has permission to perform action 'Microsoft.Network/virtualNetworks/subnets/write' on scope 'a'; "
      + "however, it does not have permission to perform action(s) 'Microsoft.Network/natGateways/join/action' on the "
      + "linked scope(s) 'b'"
    let error = try await forbidden(text)
    #expect(error?.operation == "Microsoft.Network/natGateways/join/action")
  }

  @Test func withoutAMessageThePermissionFollowsFromTheResource() async throws {
    let error = try await forbidden("no")
    #expect(error?.description.hasPrefix("Microsoft.Network/routeTables/write is not permitted") == true)
  }

  @Test func detailsAreReported() async throws {
    let server = Server { _ in
      .json(
        #"{"error":{"code":"Bad","message":"Outer.","details":[{"code":"X","message":"Inner\n  one."}]}}"#,
        status: 400
      )
    }
    let client = try client(server.transport)
    let error = await failure { () async throws(CloudError) in try await client.put(group, [:]) }
    #expect(error?.message == "Outer. Inner one.")
  }

  @Test func throttlingSaysHowLong() async throws {
    let server = Server { _ in refusal(429, "TooManyRequests", headers: ["Retry-After": "17"]) }
    let client = try client(server.transport)
    let error = await failure { () async throws(CloudError) in try await client.put(group, [:]) }
    #expect(error?.retryAfter == .seconds(17) && error?.isTransient == true)
  }

  private func forbidden(_ message: String) async throws -> CloudError? {
    let server = Server { _ in refusal(403, "AuthorizationFailed", message) }
    let client = try client(server.transport)
    let error = await failure { () async throws(CloudError) in
      try await client.put(group.network("routeTables", "r"), [:])
    }
    #expect(error?.kind == .forbidden)
    return error
  }
}
