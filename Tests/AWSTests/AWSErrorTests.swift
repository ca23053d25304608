import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@testable import AWS

@Suite struct AWSErrorTests {
  @Test(arguments: [
    ("UnauthorizedOperation", 403, CloudError.Kind.forbidden), ("AccessDenied", 403, .forbidden),
    ("OptInRequired", 403, .forbidden), ("AuthFailure", 401, .unauthenticated), ("ExpiredToken", 403, .unauthenticated),
    ("RequestExpired", 400, .unauthenticated), ("InvalidClientTokenId", 403, .unauthenticated),
    ("SignatureDoesNotMatch", 403, .unauthenticated), ("InvalidVpcID.NotFound", 400, .notFound),
    ("InvalidSubnetID.NotFound", 400, .notFound), ("InvalidAllocationID.NotFound", 400, .notFound),
    ("NatGatewayNotFound", 400, .notFound), ("InvalidPermission.NotFound", 400, .notFound),
    ("Gateway.NotAttached", 400, .notFound), ("DependencyViolation", 400, .inUse),
    ("InvalidIPAddress.InUse", 400, .inUse), ("Resource.AlreadyAssociated", 400, .inUse),
    ("InvalidPermission.Duplicate", 400, .alreadyExists), ("InvalidGroup.Duplicate", 400, .alreadyExists),
    ("RouteAlreadyExists", 400, .alreadyExists), ("InvalidSubnet.Conflict", 400, .alreadyExists),
    ("RequestLimitExceeded", 503, .throttled), ("Throttling", 400, .throttled), ("", 429, .throttled),
    ("VpcLimitExceeded", 400, .quota), ("AddressLimitExceeded", 400, .quota), ("NatGatewayLimitExceeded", 400, .quota),
    ("RulesPerSecurityGroupLimitExceeded", 400, .quota), ("IncorrectState", 400, .conflict),
    ("InternalError", 500, .unavailable), ("Unavailable", 503, .unavailable), ("", 502, .unavailable),
    ("InvalidParameterValue", 400, .invalid), ("InvalidSubnet.Range", 400, .invalid), ("", 403, .forbidden),
  ])
  func codesHaveTheirKinds(code: String, status: Int, kind: CloudError.Kind) {
    let response = code.isEmpty ? HTTPResponse.xml("", status: status) : .ec2Error(code, status: status)
    let error = AWSError.decode(response, operation: "ec2:X", now: Timestamp(seconds: 0))
    #expect(error.kind == kind)
    #expect(error.code == code)
    #expect(!error.message.isEmpty)
  }

  @Test func aMissingPermissionIsNamed() async {
    let text = "You are not authorized to perform this operation. Encoded authorization failure message: " + "4GIOHl"
    let client = TestClient(.whole(.ec2Error("UnauthorizedOperation", status: 403, message: text)))
    let error = await failure { () async throws(CloudError) in try await client.ec2.natGateways([]) }
    #expect(
      error?.description
        == "ec2:DescribeNatGateways is not permitted: UnauthorizedOperation: You are not authorized to perform this operation."
    )
  }

  @Test func stsWordsItsRefusalsInItsOwnWay() {
    let response = HTTPResponse.xml(
      "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>",
      status: 403
    )
    let error = AWSError.decode(response, operation: "sts:AssumeRole", now: Timestamp(seconds: 0))
    #expect(error == CloudError(.forbidden, operation: "sts:AssumeRole", code: "AccessDenied", message: "no"))
  }

  @Test func deletingWhatIsGoneIsASuccess() async throws {
    let client = TestClient(.whole(.ec2Error("InvalidSubnetID.NotFound")))
    try await client.ec2.deleteSubnet("subnet-1")
    try await client.ec2.releaseAddress("eipalloc-1")
    #expect(client.actions == ["DeleteSubnet", "ReleaseAddress"])
  }
}
