import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@testable import AWS

@Suite struct QueryClientTests {
  private static let noVPCs = InMemoryTransport.Answer.whole(.xml("<R><vpcSet/></R>"))

  @Test func aCallIsASignedFormAtTheRegionsEndpoint() async throws {
    let client = TestClient(Self.noVPCs)
    _ = try await client.ec2.vpcs([EC2Client.Filter(tag: "a/b", "x y")])
    let request = try #require(client.transport.requests.first)
    #expect(request.method == "POST" && request.url == "https://ec2.eu-west-1.amazonaws.com/")
    #expect(
      String(decoding: request.body ?? [], as: UTF8.self)
        == "Action=DescribeVpcs&Filter.1.Name=tag%3Aa%2Fb&Filter.1.Value.1=x%20y&MaxResults=1000&Version=2016-11-15"
    )
    #expect(request.headers["Authorization"]?.contains("Credential=AKID/20260101/eu-west-1/ec2/aws4_request") == true)
    #expect(request.isIdempotent == true)
  }

  @Test func chinaHasADomainOfItsOwnAndAnOverrideCounts() {
    #expect(AWSEndpoint(service: "ec2", region: "cn-north-1").url == "https://ec2.cn-north-1.amazonaws.com.cn")
    #expect(AWSEndpoint(service: "ec2", region: "eusc-de-east-1").url == "https://ec2.eusc-de-east-1.amazonaws.eu")
    #expect(AWSEndpoint(service: "sts", region: "us-gov-west-1").url == "https://sts.us-gov-west-1.amazonaws.com")
    #expect(AWSEndpoint(service: "sts", region: "us-isob-east-1").url == "https://sts.us-isob-east-1.sc2s.sgov.gov")
    #expect(
      AWSEndpoint(service: "ec2", region: "eu-west-1", override: "http://127.0.0.1:5000/").url
        == "http://127.0.0.1:5000"
    )
  }

  @Test func pagesAreReadToTheLast() async throws {
    let client = TestClient(
      .whole(.xml("<R><vpcSet><item><vpcId>a</vpcId></item></vpcSet><nextToken>2</nextToken></R>")),
      .whole(.xml("<R><vpcSet><item><vpcId>b</vpcId></item></vpcSet><nextToken/></R>"))
    )
    #expect(try await client.ec2.vpcs([]).map(\.id) == ["a", "b"])
    #expect(client.transport.requests.map { $0.form["NextToken"] } == [nil, "2"])
  }

  @Test func pagesThatGoInACircleAreMalformed() async {
    let client = TestClient(.whole(.xml("<R><nextToken>same</nextToken></R>")))
    #expect(await failure { () async throws(CloudError) in try await client.ec2.vpcs([]) }?.kind == .malformed)
    #expect(client.actions.count == 2)
  }

  @Test func throttlingIsWaitedOutEvenWhereRepeatingCouldDoHarm() async throws {
    let client = TestClient(
      .whole(.ec2Error("RequestLimitExceeded", status: 503)),
      .whole(.ec2Error("RequestLimitExceeded", status: 503)),
      .whole(.xml("<R><vpc><vpcId>vpc-1</vpcId></vpc></R>"))
    )
    #expect(try await client.ec2.createVPC(cidr: "10.0.0.0/16", tags: [:]) == "vpc-1")
    #expect(client.time.slept.count == 2)
  }

  @Test func endlessThrottlingIsReportedInTheEnd() async {
    let client = TestClient(.whole(.ec2Error("RequestLimitExceeded", status: 503)))
    #expect(await failure { () async throws(CloudError) in try await client.ec2.vpcs([]) }?.kind == .throttled)
    #expect(client.actions.count == 5)
  }

  @Test func retryAfterIsAFloor() async throws {
    let client = TestClient(
      .whole(.xml("", status: 429, headers: ["Retry-After": "7"])),
      Self.noVPCs
    )
    _ = try await client.ec2.vpcs([])
    #expect(client.time.slept.first.map { $0 >= .seconds(7) } == true)
  }

  @Test func aRefusalOverTheTimeIsRepeatedByTheServicesClock() async throws {
    var late = HTTPResponse.ec2Error("AuthFailure", status: 401)
    late.head.headers["Date"] = "Thu, 01 Jan 2026 00:20:00 GMT"
    let client = TestClient(.whole(late), Self.noVPCs)
    _ = try await client.ec2.vpcs([])
    _ = try await client.ec2.vpcs([])
    let times = client.transport.requests.map { $0.headers["X-Amz-Date"]?.prefix(13) }
    #expect(times == ["20260101T0000", "20260101T0020", "20260101T0020"])
    #expect(client.time.slept == [])
  }

  @Test func aRefusalForAnotherCauseIsNotRepeated() async {
    var refusal = HTTPResponse.ec2Error("AuthFailure", status: 401)
    refusal.head.headers["Date"] = "Thu, 01 Jan 2026 00:01:00 GMT"
    let client = TestClient(.whole(refusal))
    #expect(await failure { () async throws(CloudError) in try await client.ec2.vpcs([]) }?.kind == .unauthenticated)
    #expect(client.actions.count == 1)
  }

  @Test func troubleOfTheServiceIsRepeatedForReadsAndNotForCreations() async throws {
    let trouble = InMemoryTransport.Answer.whole(.ec2Error("InternalError", status: 500))
    let reading = TestClient(trouble, Self.noVPCs)
    _ = try await reading.ec2.vpcs([])
    #expect(reading.actions.count == 2)
    let creating = TestClient(trouble)
    let error = await failure { () async throws(CloudError) in try await creating.ec2.createVPC(cidr: "c", tags: [:]) }
    #expect(error?.kind == .unavailable && error?.mayHaveBeenProcessed == true)
    #expect(creating.actions.count == 1)
  }

  @Test(arguments: [(true, 1), (false, 2)])
  func aLostAnswerToACreationIsRepeatedOnlyIfItWasNotProcessed(processed: Bool, attempts: Int) async {
    let client = TestClient(
      .failure(TransportError(.reset, "lost", mayHaveBeenProcessed: processed)),
      .whole(.xml("<R><allocationId>eipalloc-1</allocationId></R>"))
    )
    let error = await failure { () async throws(CloudError) in try await client.ec2.allocateAddress(tags: [:]) }
    #expect(error?.kind == (processed ? .transport : nil))
    #expect(client.actions.count == attempts)
  }

  @Test func faultsOnEveryReadAreSurvivedWhileTheyLast() async throws {
    let inner = InMemoryTransport { _ in Self.noVPCs }
    for fault: FaultTransport.Fault in [
      .drop(), .loseAnswer, .answer(status: 502), .answer(status: 429, retryAfter: "1"),
    ] {
      let faults = FaultTransport(inner)
      faults.inject(fault, times: 3)
      let query = QueryClient(
        endpoint: AWSEndpoint(service: "ec2", region: "eu-west-1"),
        version: EC2Client.version,
        credentials: nil,
        transport: faults,
        time: ImpatientTimeSource()
      )
      #expect(try await EC2Client(query).vpcs([]).isEmpty)
      #expect(faults.requestCount == 4)
    }
  }

  @Test(arguments: ["<html>", "", "<R><vpc></vpc></R>"]) func nonsenseIsMalformed(body: String) async {
    let client = TestClient(.whole(.xml(body)))
    let error = await failure { () async throws(CloudError) in try await client.ec2.createVPC(cidr: "c", tags: [:]) }
    #expect(error?.kind == .malformed && error?.mayHaveBeenProcessed == true)
    #expect(error?.operation == "ec2:CreateVpc")
  }

  @Test func requestsBeyondTheBudgetWaitTheirTurn() async throws {
    let time = ImpatientTimeSource()
    let budget = RequestBudget(perSecond: 2, burst: 3, time: time)
    for _ in 0..<5 { try await budget.take() }
    #expect(time.slept == [.milliseconds(500), .milliseconds(500)])
    time.advance(by: .seconds(60))
    for _ in 0..<3 { try await budget.take() }
    #expect(time.slept.count == 2)
  }
}
