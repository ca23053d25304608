import Cloud
import HTTPTransport
import HTTPTransportTesting
import Testing

@testable import GoogleCloud

/// Whatever comes, it is read as what it is or refused: nothing crashes, nothing is taken for an empty list.
@Suite struct DamagedAnswerTests {
  private static let router = #"""
    {"items":[{"name":"r","id":"60","network":"projects/p/global/networks/n","nats":[{"name":"nat","natIps":["a"],
    "subnetworks":[{"name":"s","sourceIpRangesToNat":["ALL_IP_RANGES"]}],"minPortsPerVm":64}]}]}
    """#

  private func kind(_ body: [UInt8]) async -> CloudError.Kind? {
    let client = TestClient { _ in HTTPResponse(head: HTTPResponseHead(status: 200), body: body) }
    do throws(CloudError) {
      _ = try await client.compute.list(Router.self, region: "r")
      return nil
    } catch { return error.kind }
  }

  @Test func anAnswerThatBreaksOffIsMalformed() async {
    let bytes = Array(Self.router.utf8)
    #expect(await kind(bytes) == nil)
    for length in bytes.indices {
      #expect(await kind(Array(bytes[..<length])) == .malformed, "after \(length) bytes")
    }
  }

  @Test func aDamagedByteNeverDoesMoreThanChangeAValue() async {
    let bytes = Array(Self.router.utf8)
    for index in bytes.indices {
      for damage in [0x00, 0x22, 0x5c, 0x7d, 0xff] as [UInt8] {
        var damaged = bytes
        damaged[index] = damage
        let kind = await kind(damaged)
        #expect(kind == nil || kind == .malformed, "byte \(index)")
      }
    }
  }

  @Test(arguments: [
    #"{"items":{"name":"r"}}"#, #"{"items":[{"name":7}]}"#, #"{"items":[{}]}"#, #"{"items":[null]}"#, "null", "[]", "7",
    #"{"items":[{"name":"r","nats":{}}]}"#, #"{"items":[{"name":"r","nats":[{"natIps":"a"}]}]}"#,
    #"{"items":[],"nextPageToken":7}"#,
  ])
  func anAnswerOfAnotherShapeIsMalformed(body: String) async {
    #expect(await kind(Array(body.utf8)) == .malformed)
  }
}
