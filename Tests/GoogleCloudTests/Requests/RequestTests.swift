import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@testable import GoogleCloud

@Suite struct RequestTests {
  /// From `printf '4:mark7:network' | sha256sum`, with version and variant set.
  @Test func aRequestIDIsAUUIDOfItsParts() {
    #expect(RequestID(["mark", "network"]).description == "4a97ae8b-4c43-82e9-9e52-50e9efd347f4")
  }

  @Test func whereOnePartEndsMatters() {
    #expect(RequestID(["ab", "c"]) != RequestID(["a", "bc"]))
    #expect(RequestID(["ab"]) != RequestID(["ab", ""]))
  }

  @Test func beyondTheBurstRequestsComeAtTheBudgetsPace() async throws {
    let time = SteppingTime()
    let server = InMemoryTransport { _ in .whole(.json("{}")) }
    let budget = BudgetedTransport(server, budget: RequestBudget(perSecond: 2, burst: 3, time: time))
    for _ in 0..<3 { _ = try await budget.send(HTTPRequest(url: "http://x/")) }
    #expect(time.elapsed == .zero)
    for _ in 0..<4 { _ = try await budget.send(HTTPRequest(url: "http://x/")) }
    #expect(time.elapsed == .seconds(2))
  }

  @Test func theBudgetFillsUpAgainButNoFurtherThanItsBurst() async throws {
    let time = SteppingTime()
    let server = InMemoryTransport { _ in .whole(.json("{}")) }
    let budget = BudgetedTransport(server, budget: RequestBudget(perSecond: 1, burst: 2, time: time))
    for _ in 0..<2 { _ = try await budget.send(HTTPRequest(url: "http://x/")) }
    try await time.sleep(for: .seconds(100))
    for _ in 0..<3 { _ = try await budget.send(HTTPRequest(url: "http://x/")) }
    #expect(time.elapsed == .seconds(101))
  }

  @Test(arguments: [
    ("https://www.googleapis.com/compute/v1/projects/p/global/networks/n", "projects/p/global/networks/n"),
    ("projects/p/global/networks/n", "projects/p/global/networks/n"),
  ])
  func linksAreComparedWithoutTheirHost(link: String, path: String) {
    #expect(ComputeLink.path(link) == path && ComputeLink.name(link) == "n")
    #expect(ComputeLink.same(link, "https://compute.googleapis.com/compute/v1/" + path))
    #expect(!ComputeLink.same(link, nil) && !ComputeLink.same(nil, nil))
  }
}
