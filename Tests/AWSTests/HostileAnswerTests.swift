import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting
import TestSupport
import Testing

@testable import AWS

/// Answers that were damaged on the way: an error or a value, never a crash, and no answer that goes on for ever.
@Suite struct HostileAnswerTests {
  private static let answer = Array(
    """
    <?xml version="1.0" encoding="UTF-8"?><R xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><routeTableSet><item>
    <routeTableId>rtb-1</routeTableId><vpcId>vpc-1</vpcId><routeSet><item><destinationCidrBlock>0.0.0.0/0\
    </destinationCidrBlock><natGatewayId>nat-1</natGatewayId><state>active</state></item></routeSet><associationSet><item>
    <routeTableAssociationId>a-1</routeTableAssociationId><main>false</main><subnetId>s-1</subnetId></item>\
    </associationSet><tagSet><item><key>k</key><value>&lt;v&#x41;</value></item></tagSet></item></routeTableSet>\
    <nextToken/></R>
    """.utf8
  )

  private static func damaged(_ seed: UInt64) -> [UInt8] {
    var dice = SeededGenerator(seed)
    var bytes = answer
    for _ in 0..<Int.random(in: 1...4, using: &dice) {
      let at = Int.random(in: 0..<bytes.count, using: &dice)
      switch Int.random(in: 0..<4, using: &dice) {
      case 0: bytes[at] = UInt8.random(in: 0...255, using: &dice)
      case 1: bytes.removeSubrange(at..<min(bytes.count, at + 9))
      case 2: bytes.insert(contentsOf: bytes[max(0, at - 40)..<at], at: at)
      default: bytes.removeLast(min(bytes.count - 1, at / 4))
      }
    }
    return bytes
  }

  @Test func damagedAnswersAreErrorsOrValues() async throws {
    #expect(try XMLReader.read(Self.answer).list("routeTableSet").compactMap { EC2.RouteTable($0) }.count == 1)
    var outcomes: [CloudError.Kind?: Int] = [:]
    for seed in 0..<2000 {
      let body = Self.damaged(UInt64(seed))
      let client = TestClient(.whole(HTTPResponse(head: HTTPResponseHead(status: 200), body: body)))
      let error = await failure { () async throws(CloudError) in try await client.ec2.routeTables([]) }
      outcomes[error?.kind, default: 0] += 1
      #expect(client.actions.count <= 2)
    }
    #expect(Set(outcomes.keys) == [nil, .malformed], "\(outcomes)")
  }

  @Test func damagedRefusalsAreStillRefusals() {
    for seed in 0..<500 {
      let response = HTTPResponse(head: HTTPResponseHead(status: 403), body: Self.damaged(UInt64(seed)))
      let error = AWSError.decode(response, operation: "ec2:X", now: .init(seconds: 0))
      #expect(error.kind == .forbidden && !error.message.isEmpty)
    }
  }
}
