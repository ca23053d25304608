import FoundationEssentials
import Testing

@testable import GoogleCloud

@Suite struct RouterTests {
  private let text = #"""
    {"name":"r","nats":[{"name":"nat","natIps":["a"],"minPortsPerVm":2048,"tcpEstablishedIdleTimeoutSec":60,
    "effectiveTcpTimeWaitTimeoutSec":30,"rules":[{"ruleNumber":1,"action":{"sourceNatActiveIps":["b"]}}]}]}
    """#

  @Test func aNATIsWrittenWithTheFieldsThatThisClientDoesNotKnow() throws {
    var router = try JSONDecoder().decode(Router.self, from: Data(text.utf8))
    #expect(router.nats?[0].minPortsPerVm == 2048 && router.nats?[0].others.count == 2)
    router.nats?[0].natIps = ["a", "c"]
    let written = String(decoding: try GoogleAPI.json(router, operation: ""), as: UTF8.self)
    #expect(
      written == #"{"name":"r","nats":[{"minPortsPerVm":2048,"name":"nat","natIps":["a","c"],"#
        + #""rules":[{"action":{"sourceNatActiveIps":["b"]},"ruleNumber":1}],"tcpEstablishedIdleTimeoutSec":60}]}"#
    )
    #expect("\(router)".contains(#"{"minPortsPerVm":2048,"name":"nat""#), "a request id is made from this")
  }

  @Test(
    arguments: [
      ("default", nil, nil, nil), ("global/networks/default", nil, nil, "networks"),
      ("projects/host/global/networks/n", "host", nil, "networks"),
      (
        "https://www.googleapis.com/compute/v1/projects/e.com:p/regions/us-east1/subnetworks/s", "e.com:p", "us-east1",
        "subnetworks"
      ),
      ("projects", nil, nil, nil),
    ] as [(String, String?, String?, String?)]
  )
  func aLinkNamesItsProjectRegionAndCollection(link: String, project: String?, region: String?, collection: String?) {
    #expect(ComputeLink.project(link) == project && ComputeLink.region(link) == region)
    #expect(ComputeLink.collection(link) == collection)
  }
}
