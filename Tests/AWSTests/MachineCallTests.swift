import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@testable import AWS

/// What it takes to run a machine that reads a secret; that AWS would take it is what `hack/clouds` checks.
@Suite struct MachineCallTests {
  private func request(profile: String? = "p") -> EC2.InstanceRequest {
    EC2.InstanceRequest(
      imageID: "ami-1",
      rootDevice: "/dev/sda1",
      type: "t3a.micro",
      subnetID: "subnet-1",
      groupIDs: ["sg-1"],
      profile: profile,
      userData: "#!/bin/sh\n",
      token: "t",
      tags: ["a": "1"]
    )
  }

  @Test func aMachineHasNoPublicAddressAnEncryptedDiskAndMetadataForItselfAlone() async throws {
    let client = TestClient(
      .whole(.xml("<R><instancesSet><item><instanceId>i-1</instanceId></item></instancesSet></R>"))
    )
    #expect(try await client.ec2.runInstance(request()) == "i-1")
    let form = try #require(client.transport.requests.first?.form)
    #expect(form["NetworkInterface.1.AssociatePublicIpAddress"] == "false")
    #expect(form["MetadataOptions.HttpTokens"] == "required")
    #expect(form["MetadataOptions.HttpPutResponseHopLimit"] == "1")
    #expect(form["BlockDeviceMapping.1.Ebs.Encrypted"] == "true")
    #expect(form["BlockDeviceMapping.1.DeviceName"] == "/dev/sda1")
    #expect(form["IamInstanceProfile.Name"] == "p" && form["ClientToken"] == "t")
    #expect(form["NetworkInterface.1.SecurityGroupId.1"] == "sg-1")
    #expect(form["UserData"] == "IyEvYmluL3NoCg==")
    for number in 1...3 { #expect(form["TagSpecification.\(number).Tag.1.Key"] == "a") }
    #expect(client.transport.requests.first?.isIdempotent == true)
  }

  @Test func aProfileIsNamedOrGivenByItsARN() async throws {
    let client = TestClient(
      .whole(.xml("<R><instancesSet><item><instanceId>i-1</instanceId></item></instancesSet></R>"))
    )
    _ = try await client.ec2.runInstance(request(profile: "arn:aws:iam::1:instance-profile/x"))
    #expect(client.transport.requests.first?.form["IamInstanceProfile.Arn"] == "arn:aws:iam::1:instance-profile/x")
  }

  @Test func aProfileThatIsNotKnownYetIsAMatterOfTime() async {
    let unknown = HTTPResponse.ec2Error("InvalidParameterValue", message: "Invalid IAM Instance Profile name")
    let client = TestClient(.whole(unknown))
    let error = await failure { () async throws(CloudError) in try await client.ec2.runInstance(request()) }
    #expect(error?.kind == .conflict && error?.isTransient == true)
  }

  @Test func instancesAreReadFromTheirReservations() async throws {
    let client = TestClient(
      .whole(
        .xml(
          """
          <R><reservationSet><item><instancesSet><item><instanceId>i-1</instanceId><instanceState><name>terminated</name>
          </instanceState><stateReason><message>Client.UserInitiatedShutdown</message></stateReason><launchTime>
          </launchTime><tagSet><item><key>a</key><value>1</value></item></tagSet></item></instancesSet></item><item>
          <instancesSet><item><instanceId>i-2</instanceId><instanceState><name>running</name></instanceState>
          <launchTime>2026-01-01T00:00:00.000Z</launchTime></item></instancesSet></item></reservationSet></R>
          """
        )
      )
    )
    let found = try await client.ec2.instances([])
    #expect(found.map(\.id) == ["i-1", "i-2"] && found.map(\.state) == ["terminated", "running"])
    #expect(found[0].stateReason == "Client.UserInitiatedShutdown" && found[0].tags == ["a": "1"])
    #expect(found[1].launched?.seconds == 1_767_225_600)
  }

  @Test func rolesAreCreatedUnderAPathAtTheOneEndpointOfIAM() async throws {
    let client = TestClient(.whole(.xml("<R/>")))
    try await client.iam.createRole("r", path: "/cloudlinker/u/", trust: "{}", description: "d", tags: ["k": "v"])
    let request = try #require(client.transport.requests.first)
    #expect(request.url == "https://iam.amazonaws.com/")
    #expect(request.headers["Authorization"]?.contains("/us-east-1/iam/aws4_request") == true)
    #expect(request.form["Path"] == "/cloudlinker/u/" && request.form["Tags.member.1.Key"] == "k")
    #expect(AWSEndpoint.iam(for: "cn-northwest-1").region == "cn-north-1")
    #expect(AWSEndpoint.partition(of: "us-gov-east-1") == "aws-us-gov")
  }

  @Test func whatIAMHasAlreadyAndWhatItHasNoMoreIsDone() async throws {
    func error(_ code: String, _ status: Int) -> HTTPResponse {
      .xml("<ErrorResponse><Error><Code>\(code)</Code><Message>m</Message></Error></ErrorResponse>", status: status)
    }
    let there = TestClient(.whole(error("EntityAlreadyExists", 409)))
    try await there.iam.createInstanceProfile("p", path: "/", tags: [:])
    let gone = TestClient(.whole(error("NoSuchEntity", 404)))
    try await gone.iam.deleteRole("r")
    #expect(try await gone.iam.policy("p", of: "r") == nil)
    let held = TestClient(.whole(error("DeleteConflict", 409)))
    #expect(await failure { () async throws(CloudError) in try await held.iam.deleteRole("r") }?.kind == .inUse)
  }

  @Test func documentsAreDecoded() async throws {
    let document = "<PolicyDocument>%7B%22Version%22%3A%222012-10-17%22%7D</PolicyDocument>"
    let client = TestClient(.whole(.xml("<R><GetRolePolicyResult>\(document)</GetRolePolicyResult></R>")))
    #expect(try await client.iam.policy("p", of: "r") == #"{"Version":"2012-10-17"}"#)
  }

  @Test func aSecretIsWrittenAsJSONAndShownByNoError() async throws {
    let client = TestClient(.whole(.xml(#"{"ARN":"arn"}"#)))
    let version = String(repeating: "a", count: 64)
    try await client.secrets.createSecret(
      "n",
      SecretText("hidden"),
      version: version,
      description: "d",
      tags: ["k": "v"]
    )
    let request = try #require(client.transport.requests.first)
    #expect(request.url == "https://secretsmanager.eu-west-1.amazonaws.com/")
    #expect(request.headers["X-Amz-Target"] == "secretsmanager.CreateSecret")
    #expect(request.headers["Content-Type"] == "application/x-amz-json-1.1")
    #expect(
      String(decoding: request.body ?? [], as: UTF8.self)
        == #"{"ClientRequestToken":"\#(version)","Description":"d","Name":"n","SecretString":"hidden","#
        + #""Tags":[{"Key":"k","Value":"v"}]}"#
    )
    let refusing = TestClient(
      .whole(.xml(#"{"__type":"com.amazonaws.secretsmanager#AccessDeniedException","Message":"no"}"#, status: 400))
    )
    let error = await failure { () async throws(CloudError) in
      try await refusing.secrets.putValue(SecretText("hidden"), version: version, of: "n")
    }
    #expect(error?.description == "secretsmanager:PutSecretValue is not permitted: AccessDeniedException: no")
  }

  @Test func secretsAreListedWithTheVersionThatReadersGet() async throws {
    let client = TestClient(
      .whole(
        .xml(
          #"{"SecretList":[{"Name":"p/a","ARN":"arn-a","SecretVersionsToStages":{"v1":["AWSPREVIOUS"],"v2":["AWSCURRENT"]}},"#
            + #"{"Name":"other"}],"NextToken":"2"}"#
        )
      ),
      .whole(.xml(#"{"SecretList":[{"Name":"p/b","Tags":[{"Key":"k","Value":"v"}]}]}"#))
    )
    let found = try await client.secrets.secrets(under: "p/")
    #expect(found.map(\.name) == ["p/a", "p/b"] && found[0].version == "v2" && found[1].tags == ["k": "v"])
  }

  @Test(arguments: [
    ("ResourceNotFoundException", CloudError.Kind.notFound), ("ResourceExistsException", .alreadyExists),
    ("LimitExceededException", .quota), ("ThrottlingException", .throttled), ("InternalServiceError", .unavailable),
    ("InvalidRequestException", .invalid),
  ])
  func refusalsOfJSONServicesHaveTheirKinds(code: String, kind: CloudError.Kind) {
    #expect(AWSError.kind(code, status: 400) == kind)
  }

  @Test func aNameThatIsStillBeingDeletedIsAMatterOfTime() async {
    let body =
      #"{"__type":"InvalidRequestException","Message":"a secret with this name is already scheduled for deletion."}"#
    let client = TestClient(.whole(.xml(body, status: 400)))
    let error = await failure { () async throws(CloudError) in
      try await client.secrets.createSecret("n", SecretText("x"), version: "v", description: "d", tags: [:])
    }
    #expect(error?.kind == .conflict)
  }
}
