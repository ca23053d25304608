import Cloud
import HTTPTransport
import Testing

@Suite struct CloudErrorTests {
  @Test func aMissingPermissionIsNamed() {
    let error = CloudError(.forbidden, operation: "ec2:CreateVpc", code: "UnauthorizedOperation", message: "no")
    #expect(error.description == "ec2:CreateVpc is not permitted: UnauthorizedOperation: no")
    #expect(!error.isTransient)
  }

  @Test func aLostAnswerIsNoFailure() {
    let error = CloudError(TransportError(.reset, "reset", mayHaveBeenProcessed: true), operation: "ec2:CreateVpc")
    #expect(error.isTransient && error.mayHaveBeenProcessed)
    #expect(error.description == "ec2:CreateVpc: reset")
  }
}
